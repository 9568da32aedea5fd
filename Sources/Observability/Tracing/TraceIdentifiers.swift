/// Names a trace: 16 bytes, not all zero (W3C Trace Context, section 3.2.2.3).
public struct TraceIdentifier: Sendable, Hashable, CustomStringConvertible {
    public let high: UInt64
    public let low: UInt64

    public init?(high: UInt64, low: UInt64) {
        guard high != 0 || low != 0 else { return nil }
        self.high = high
        self.low = low
    }

    static func random() -> TraceIdentifier {
        // One of 2^128 numbers is none; 1 is as good as any.
        TraceIdentifier(high: .random(in: .min ... .max), low: .random(in: .min ... .max)) ?? TraceIdentifier(nonZero: 1)
    }

    private init(nonZero low: UInt64) {
        high = 0
        self.low = low
    }

    /// 32 lower-case hexadecimal digits.
    public var description: String { Hexadecimal.text(high) + Hexadecimal.text(low) }
}

/// Names a span of a trace: 8 bytes, not all zero (W3C Trace Context, section 3.2.2.4).
public struct SpanIdentifier: Sendable, Hashable, CustomStringConvertible {
    public let value: UInt64

    public init?(_ value: UInt64) {
        guard value != 0 else { return nil }
        self.value = value
    }

    static func random() -> SpanIdentifier { SpanIdentifier(nonZero: .random(in: 1 ... .max)) }

    private init(nonZero value: UInt64) { self.value = value }

    /// 16 lower-case hexadecimal digits.
    public var description: String { Hexadecimal.text(value) }
}

enum Hexadecimal {
    static func text(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// Reads lower-case digits only, as the header's grammar has it.
    static func number(_ text: some StringProtocol) -> UInt64? {
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0) }) else { return nil }
        return UInt64(text, radix: 16)
    }
}
