import Observability

/// What a decision is called in responses and in the log: a random UUID (RFC 9562, version 4).
public struct DecisionIdentifier: Sendable, Hashable, CustomStringConvertible {
    private let high: UInt64
    private let low: UInt64

    public static func random() -> DecisionIdentifier {
        let (high, low) = UniqueNumbers.shared.next()
        return DecisionIdentifier(high: high, low: low)
    }

    init(high: UInt64, low: UInt64) {
        self.high = high & ~0xf000 | 0x4000
        self.low = low & ~(0b11 << 62) | 0b10 << 62
    }

    private static let digits = Array("0123456789abcdef".utf8)

    /// Appends the 36 characters.
    public func write(to text: inout [UInt8]) {
        for position in 0..<16 {
            let byte = UInt8(truncatingIfNeeded: (position < 8 ? high : low) >> UInt64(56 - position % 8 * 8))
            text.append(Self.digits[Int(byte >> 4)])
            text.append(Self.digits[Int(byte & 15)])
            if [3, 5, 7, 9].contains(position) { text.append(UInt8(ascii: "-")) }
        }
    }

    public var description: String {
        var text: [UInt8] = []
        write(to: &text)
        return String(decoding: text, as: UTF8.self)
    }
}
