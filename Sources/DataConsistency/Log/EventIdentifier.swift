import Observability

/// What an event is called: a UUID that begins with its time, so that identifiers sort as events happened (RFC 9562, version 7).
///
/// The log takes an event of the same identifier once.
public struct EventIdentifier: Sendable, Hashable, Comparable, CustomStringConvertible {
    public let high: UInt64
    public let low: UInt64

    /// Any UUID, such as one that a client chose to repeat an append with.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// A new identifier. The time's fraction of a millisecond fills the 12 bits that the RFC leaves to it (6.2, method 3).
    ///
    /// - Parameter nanoseconds: since 1970.
    public static func make(at nanoseconds: Int64, from numbers: UniqueNumbers = .shared) -> EventIdentifier {
        let (_, random) = numbers.next()
        let time = UInt64(max(0, nanoseconds))
        let milliseconds = time / 1_000_000, fraction = time % 1_000_000 * 4096 / 1_000_000
        return EventIdentifier(high: milliseconds << 16 | 0x7000 | fraction, low: random & ~(0b11 << 62) | 0b10 << 62)
    }

    /// Nil where the text is no UUID.
    public init?(_ text: some StringProtocol) {
        let digits = text.utf8.filter { $0 != UInt8(ascii: "-") }
        guard text.utf8.count == 36, digits.count == 32, let high = UInt64(String(decoding: digits.prefix(16), as: UTF8.self), radix: 16),
            let low = UInt64(String(decoding: digits.suffix(16), as: UTF8.self), radix: 16)
        else { return nil }
        self.init(high: high, low: low)
    }

    public static func < (a: EventIdentifier, b: EventIdentifier) -> Bool { (a.high, a.low) < (b.high, b.low) }

    public var description: String {
        let digits = Hexadecimal.text(high) + Hexadecimal.text(low)
        var text = ""
        for (position, digit) in digits.enumerated() {
            if [8, 12, 16, 20].contains(position) { text.append("-") }
            text.append(digit)
        }
        return text
    }
}

enum Hexadecimal {
    /// 16 digits.
    static func text(_ word: UInt64) -> String {
        let digits = String(word, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension UInt64 {
    /// Eight bytes, the most significant first.
    init(bigEndianBytes bytes: some Sequence<UInt8>) { self = bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) } }

    var bigEndianBytes: [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: self >> UInt64(56 - $0 * 8)) } }
}
