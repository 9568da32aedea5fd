import Rego

/// The times that parts of a command took.
struct Stopwatch {
    /// Nanoseconds by the name of the part.
    private(set) var times: [(name: String, nanoseconds: Int)] = []

    mutating func time<Result>(_ name: String, _ part: () throws -> Result) rethrows -> Result {
        let start = ContinuousClock.now
        let result = try part()
        times.append((name, Int((ContinuousClock.now - start) / .nanoseconds(1))))
        return result
    }
}
