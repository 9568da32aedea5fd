/// What repeating an operation took.
struct Timing: Sendable {
    /// How often it was repeated.
    let count: Int
    /// Of all repetitions together.
    let total: Duration
    /// Nanoseconds of one operation in the fastest batch.
    let nanoseconds: Double

    /// Repeats an operation for a while. A batch takes at least 20 ms, so that the clock's own cost does not count.
    init(repeatingFor least: Duration, _ operation: () throws -> Void) rethrows {
        let clock = ContinuousClock()
        let start = clock.now
        var batch = 1, count = 0
        var best = Double.infinity
        repeat {
            let spent = try clock.measure { for _ in 0..<batch { try operation() } }
            count += batch
            if spent < .milliseconds(20) { batch *= 2 } else { best = min(best, spent / .nanoseconds(1) / Double(batch)) }
        } while !best.isFinite || clock.now - start < least
        (self.count, total, nanoseconds) = (count, clock.now - start, best)
    }
}
