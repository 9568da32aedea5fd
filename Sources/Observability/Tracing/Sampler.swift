/// Which traces are recorded: those that who asks records, and of new ones a share that every service draws alike.
///
/// Source: OpenTelemetry specification, ParentBased with TraceIdRatioBased.
public struct Sampler: Sendable {
    private let bound: UInt64

    /// - Parameter share: of new traces, 0 to 1.
    public init(share: Double) {
        let bits = 63
        bound = share >= 1 ? .max : UInt64(max(0, share) * Double(UInt64(1) << bits))
    }

    public func samples(_ parent: TraceContext?, _ trace: TraceIdentifier) -> Bool {
        if let parent { return parent.isSampled }
        return bound == .max || trace.low >> 1 < bound
    }
}
