/// What a request carries on to the requests that are made for its sake: until when an answer is of use, and whether it is itself a repetition.
public struct CallContext: Sendable, Hashable {
    /// Milliseconds that are left for the call, whole number. Each hop passes on nine tenths of what is left then: the deepest one gives up
    /// first, and those above it have time to answer by other means.
    public static let deadlineHeader = "X-Request-Deadline"
    /// The number of the try, from 1. Who receives one above 1 tries once only: of several layers, one repeats.
    public static let attemptHeader = "X-Request-Attempt"

    private static let passedShare = 0.9

    public var deadline: ContinuousClock.Instant?
    public var attempt: Int

    public init(deadline: ContinuousClock.Instant? = nil, attempt: Int = 1) {
        self.deadline = deadline
        self.attempt = attempt
    }

    /// Reads the headers of a request that has arrived; what is malformed counts as absent.
    public init(deadlineHeader: String?, attemptHeader: String?, at now: ContinuousClock.Instant) {
        let limit = 86_400_000
        deadline = deadlineHeader.flatMap { Int($0) }.flatMap { (0...limit).contains($0) ? now + .milliseconds($0) : nil }
        attempt = attemptHeader.flatMap { Int($0) }.flatMap { (1...1000).contains($0) ? $0 : nil } ?? 1
    }

    /// Whether who sent the request repeats it already.
    public var isRepetition: Bool { attempt > 1 }

    /// The time that is left; nil where there is no deadline.
    public func remaining(at now: ContinuousClock.Instant) -> Duration? { deadline.map { max(.zero, $0 - now) } }

    /// The headers of a request that is made for this call.
    ///
    /// - Parameter attempt: of the request, from 1.
    public func headers(attempt: Int, at now: ContinuousClock.Instant) -> [(name: String, value: String)] {
        var headers: [(name: String, value: String)] = []
        if let remaining = remaining(at: now) {
            let passed = remaining * Self.passedShare
            let milliseconds = passed.components.seconds * 1000 + passed.components.attoseconds / 1_000_000_000_000_000
            headers.append((Self.deadlineHeader, String(milliseconds)))
        }
        if attempt > 1 { headers.append((Self.attemptHeader, String(attempt))) }
        return headers
    }
}
