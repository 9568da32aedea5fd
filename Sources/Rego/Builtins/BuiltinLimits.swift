/// What built-ins may produce at most, so that no policy exhausts memory. Beyond it a call fails and says so.
public struct BuiltinLimits: Sendable, Hashable {
    /// Elements of `numbers.range` and `net.cidr_expand`; actions, and rounds of loops, of a template.
    public var elements = 1_000_000
    /// Bytes of a text that a built-in makes.
    public var textBytes = 64 * 1024 * 1024
    /// Width and precision of a `sprintf` verb.
    public var formatWidth = 1_000_000
    /// Bits that `bits.lsh` shifts by.
    public var shiftedBits = 100_000

    public init() {}

    /// The names that the limits have in a capabilities file.
    static var names: [(name: String, limit: WritableKeyPath<BuiltinLimits, Int>)] {
        [("elements", \.elements), ("text_bytes", \.textBytes), ("format_width", \.formatWidth), ("shifted_bits", \.shiftedBits)]
    }

    /// - Throws: where a text of so many bytes is longer than any may be.
    func checkTextSize(_ bytes: Int) throws(BuiltinError) {
        guard bytes <= textBytes else { throw .failure("result is longer than \(textBytes) bytes") }
    }
}

extension BuiltinCall {
    var limits: BuiltinLimits { context.capabilities.limits }
}
