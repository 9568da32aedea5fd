import Synchronization

/// A token bucket: so many a second, and no more than a second's worth at once.
final class RateLimiter: Sendable {
    private struct Bucket {
        var tokens: Double
        var last: Int64?
    }

    private let rate: Double
    private let bucket: Mutex<Bucket>

    init(rate: Double) {
        self.rate = rate
        bucket = Mutex(Bucket(tokens: max(1, rate)))
    }

    /// - Parameter now: nanoseconds on any clock.
    func admit(at now: Int64) -> Bool {
        bucket.withLock { bucket in
            let last = bucket.last ?? now
            bucket.tokens = min(max(1, rate), bucket.tokens + Double(max(0, now - last)) / 1e9 * rate)
            bucket.last = max(now, last)
            guard bucket.tokens >= 1 else { return false }
            bucket.tokens -= 1
            return true
        }
    }
}
