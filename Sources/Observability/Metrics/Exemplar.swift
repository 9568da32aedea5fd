/// A measurement that stands for others like it and names its trace, so that one of the slow can be looked at.
///
/// Source: OpenMetrics 1.0, "Exemplars".
public struct Exemplar: Sendable, Hashable {
    /// The work that was measured, and when it ended.
    public struct Origin: Sendable, Hashable {
        public var trace: TraceIdentifier
        public var span: SpanIdentifier
        /// Nanoseconds since 1970.
        public var time: Int64

        public init(trace: TraceIdentifier, span: SpanIdentifier, time: Int64) {
            self.trace = trace
            self.span = span
            self.time = time
        }
    }

    public var origin: Origin
    /// How long it took.
    public var nanoseconds: Int
}

extension ActiveSpan {
    /// What measurements of this work name; nil where nobody could look it up.
    ///
    /// - Parameter time: nanoseconds since 1970.
    public func origin(at time: @autoclosure () -> Int64) -> Exemplar.Origin? {
        isRecorded ? Exemplar.Origin(trace: trace, span: identifier, time: time()) : nil
    }
}
