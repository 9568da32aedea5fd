import BigInt
import Foundation
import SwiftASN1

/// An element of DER (X.690), seen loosely: what is not there reads as nil or empty.
struct DERElement {
    let node: ASN1Node

    init(_ node: ASN1Node) { self.node = node }

    /// Nil where the bytes are not one whole element.
    init?(_ bytes: some Collection<UInt8>) {
        guard let node = try? DER.parse(Array(bytes)) else { return nil }
        self.node = node
    }

    /// The elements that follow each other in bytes; nil where they are not elements to the end.
    static func sequence(_ bytes: [UInt8]) -> [DERElement]? {
        // What elements follow each other is what a sequence around them would have.
        var length: [UInt8] = []
        var rest = bytes.count
        while rest > 0 {
            length.insert(UInt8(truncatingIfNeeded: rest), at: 0)
            rest >>= 8
        }
        let header: [UInt8] = bytes.count < 0x80 ? [0x30, UInt8(bytes.count)] : [0x30, 0x80 | UInt8(length.count)] + length
        return DERElement(header + bytes)?.children
    }

    var isUniversal: Bool { node.identifier.tagClass == .universal }
    var number: UInt { node.identifier.tagNumber }
    func isContext(_ number: UInt) -> Bool { node.identifier.tagClass == .contextSpecific && node.identifier.tagNumber == number }
    func isUniversal(_ number: UInt) -> Bool { isUniversal && node.identifier.tagNumber == number }
    var isSequence: Bool { isUniversal(16) }

    var encoded: [UInt8] { Array(node.encodedBytes) }

    var children: [DERElement] {
        guard case .constructed(let nodes) = node.content else { return [] }
        return nodes.map { DERElement($0) }
    }

    /// The bytes inside.
    var content: [UInt8] {
        switch node.content {
        case .primitive(let bytes): Array(bytes)
        case .constructed(let nodes): nodes.flatMap { Array($0.encodedBytes) }
        }
    }

    /// What an octet string or a bit string holds.
    var octets: [UInt8] { isUniversal(3) ? Array(content.dropFirst()) : content }

    var boolean: Bool { content.contains { $0 != 0 } }

    var integer: BigInt {
        let bytes = content
        guard let first = bytes.first else { return 0 }
        let magnitude = BigInt(BigUInt(Data(bytes)))
        return first & 0x80 == 0 ? magnitude : magnitude - BigInt(1) << (bytes.count * 8)
    }

    /// An object identifier's numbers.
    var identifier: [Int] {
        var numbers: [Int] = []
        var value = 0
        for byte in content {
            value = (value & 0xff_ffff_ffff_ffff) << 7 | Int(byte & 0x7f)
            if byte & 0x80 == 0 {
                if numbers.isEmpty {
                    let first = min(value / 40, 2)
                    numbers = [first, value - first * 40]
                } else {
                    numbers.append(value)
                }
                value = 0
            }
        }
        return numbers
    }

    /// Text of any of the string types.
    var text: String {
        switch number {
        case 20 where isUniversal: String(String.UnicodeScalarView(content.map { Unicode.Scalar($0) }))
        case 30 where isUniversal:
            String(decoding: stride(from: 0, to: content.count - 1, by: 2).map { UInt16(content[$0]) << 8 | UInt16(content[$0 + 1]) }, as: UTF16.self)
        default: String(decoding: content, as: UTF8.self)
        }
    }

    /// A time as RFC 3339 has it (UTCTime or GeneralizedTime).
    var time: String {
        let digits = String(decoding: content.prefix { $0 != UInt8(ascii: "Z") }, as: UTF8.self)
        let year = isUniversal(23) ? ((Int(digits.prefix(2)) ?? 0) < 50 ? "20" : "19") + digits.prefix(2) : String(digits.prefix(4))
        let rest = Array(digits.dropFirst(isUniversal(23) ? 2 : 4))
        guard rest.count >= 8 else { return "" }
        func part(_ position: Int) -> String { position + 1 < rest.count ? String(rest[position...(position + 1)]) : "00" }
        return "\(year)-\(part(0))-\(part(2))T\(part(4)):\(part(6)):\(part(8))Z"
    }
}
