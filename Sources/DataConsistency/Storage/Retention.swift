/// How long events of a partition are kept. Whole sealed segments go, the oldest first; a value that is told the time.
public struct Retention: Sendable, Hashable {
    /// Since the last event of a segment; nil for ever.
    public var maximumAge: Duration?
    /// Of all segments together; nil for no limit.
    public var maximumBytes: Int?

    public init(maximumAge: Duration? = nil, maximumBytes: Int? = nil) {
        self.maximumAge = maximumAge
        self.maximumBytes = maximumBytes
    }

    /// A segment as far as retention looks at it.
    public struct Candidate: Sendable, Hashable {
        public var first: Int
        public var last: Int
        /// Of the last event, in nanoseconds since 1970.
        public var time: Int64
        public var bytes: Int

        public init(first: Int, last: Int, time: Int64, bytes: Int) {
            self.first = first
            self.last = last
            self.time = time
            self.bytes = bytes
        }
    }

    /// How many of the sealed segments go, from the oldest on.
    ///
    /// - Parameters:
    ///   - sealed: in order.
    ///   - activeBytes: of the segment that is written.
    ///   - needed: the first sequence that something else still needs, such as the events after the last snapshot; nil for none.
    ///   - now: nanoseconds since 1970.
    public func expired(_ sealed: [Candidate], activeBytes: Int, needed: Int?, at now: Int64) -> Int {
        var bytes = sealed.reduce(activeBytes) { $0 + $1.bytes }
        var count = 0
        for segment in sealed {
            if let needed, segment.last >= needed { break }
            let isOld = maximumAge.map { .nanoseconds(now - segment.time) > $0 } ?? false
            let isMuch = maximumBytes.map { bytes > $0 } ?? false
            guard isOld || isMuch else { break }
            bytes -= segment.bytes
            count += 1
        }
        return count
    }
}
