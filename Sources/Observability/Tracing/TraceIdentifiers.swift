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
        let (high, low) = UniqueNumbers.shared.next()
        // One of 2^128 numbers is none; 1 is as good as any.
        return TraceIdentifier(high: high, low: low) ?? TraceIdentifier(nonZero: 1)
    }

    private init(nonZero low: UInt64) {
        high = 0
        self.low = low
    }

    /// Appends 32 lower-case hexadecimal digits.
    public func write(to text: inout [UInt8]) {
        Hexadecimal.write(high, to: &text)
        Hexadecimal.write(low, to: &text)
    }

    public var description: String { Hexadecimal.text(write) }
}

/// Names a span of a trace: 8 bytes, not all zero (W3C Trace Context, section 3.2.2.4).
public struct SpanIdentifier: Sendable, Hashable, CustomStringConvertible {
    public let value: UInt64

    public init?(_ value: UInt64) {
        guard value != 0 else { return nil }
        self.value = value
    }

    static func random() -> SpanIdentifier { SpanIdentifier(nonZero: UniqueNumbers.shared.nextNonZero()) }

    private init(nonZero value: UInt64) { self.value = value }

    /// Appends 16 lower-case hexadecimal digits.
    public func write(to text: inout [UInt8]) { Hexadecimal.write(value, to: &text) }

    public var description: String { Hexadecimal.text(write) }
}

enum Hexadecimal {
    static func write(_ value: UInt64, to text: inout [UInt8]) {
        for shift in stride(from: UInt64(60), through: 0, by: -4) {
            let digit = UInt8(truncatingIfNeeded: value >> shift & 15)
            text.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }

    static func text(_ write: (inout [UInt8]) -> Void) -> String {
        var text: [UInt8] = []
        write(&text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Reads lower-case digits only, as the header's grammar has it.
    static func number(_ text: some StringProtocol) -> UInt64? {
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0) }) else { return nil }
        return UInt64(text, radix: 16)
    }
}
