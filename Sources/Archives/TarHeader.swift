/// A header block of a tar archive.
struct TarHeader {
    private let bytes: [UInt8]

    init(_ block: ArraySlice<UInt8>) { bytes = Array(block) }

    /// The archive's end.
    var isEmpty: Bool { bytes.allSatisfy { $0 == 0 } }

    var kind: Character { Character(UnicodeScalar(bytes[156])) }

    var name: String {
        let name = text(0..<100)
        guard text(257..<262) == "ustar" else { return name }
        let prefix = text(345..<500)
        return prefix.isEmpty ? name : "\(prefix)/\(name)"
    }

    var size: Int? { number(124..<136) }

    /// The sum of all bytes, those of the field itself counted as spaces.
    var hasValidChecksum: Bool {
        let sum = bytes.enumerated().reduce(0) { $0 + ((148..<156).contains($1.offset) ? 32 : Int($1.element)) }
        return number(148..<156) == sum
    }

    private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range].prefix { $0 != 0 }, as: UTF8.self) }

    /// Octal digits, or a binary number where the first bit is set (GNU).
    private func number(_ range: Range<Int>) -> Int? {
        let field = bytes[range]
        if field.first.map({ $0 & 0x80 != 0 }) ?? false {
            guard field.dropFirst().dropLast(7).allSatisfy({ $0 == 0 }), field.first == 0x80 else { return nil }
            return field.suffix(7).reduce(0) { $0 << 8 | Int($1) }
        }
        let digits = field.filter { $0 != 0 && $0 != 32 }
        if digits.isEmpty { return 0 }
        return Int(String(decoding: digits, as: UTF8.self), radix: 8).flatMap { $0 >= 0 ? $0 : nil }
    }
}
