/// When to try again after a failure: exponential backoff with full jitter, and what the server asks for with `Retry-After`.
///
/// Source: Marc Brooker, "Exponential Backoff and Jitter" (AWS, 2015); RFC 9110, section 10.2.3.
///
/// A value without clock, socket or sleep: the caller reports failures to a `Retry` and performs the waits that it answers with.
/// Full jitter draws each wait from zero to the current bound, so that callers that failed together do not return together.
public struct RetryPolicy: Sendable, Hashable {
    /// Tries in all, the first one included; nil means until the caller gives up.
    public var maximumAttempts: Int?
    /// The bound of the first wait.
    public var baseDelay: Duration
    /// What no bound exceeds.
    public var maximumDelay: Duration
    /// By what the bound grows after each failure.
    public var factor: Double
    /// The longest `Retry-After` that is obeyed. A server that asks for more is not asked again.
    public var maximumRetryAfter: Duration
    /// Whether a read that takes longer than 95 % of those before is asked a second time beside the first, where the budget allows; the first
    /// answer counts.
    ///
    /// Source: Dean and Barroso, "The Tail at Scale" (2013).
    public var hedgesReads: Bool

    public init(
        maximumAttempts: Int?, baseDelay: Duration = .milliseconds(100), maximumDelay: Duration = .seconds(20), factor: Double = 2,
        maximumRetryAfter: Duration = .seconds(60), hedgesReads: Bool = false
    ) {
        self.maximumAttempts = maximumAttempts
        self.baseDelay = baseDelay
        self.maximumDelay = maximumDelay
        self.factor = factor
        self.maximumRetryAfter = maximumRetryAfter
        self.hedgesReads = hedgesReads
    }

    /// One try.
    public static let never = RetryPolicy(maximumAttempts: 1)

    /// The longest wait after a number of failures.
    public func bound(afterFailures count: Int) -> Duration {
        var bound = baseDelay
        // Stops at the maximum, so that no number of failures makes the product overflow.
        for _ in 1..<max(count, 1) {
            guard bound < maximumDelay else { break }
            bound = bound * factor
        }
        return min(bound, maximumDelay)
    }
}

/// The tries of one piece of work under a `RetryPolicy`.
public struct Retry: Sendable {
    public enum Decision: Sendable, Hashable {
        case wait(Duration)
        case giveUp
    }

    public let policy: RetryPolicy
    /// Failures since the start or since the last success.
    public private(set) var failures = 0

    public init(_ policy: RetryPolicy) { self.policy = policy }

    /// What to do after a failure.
    ///
    /// - Parameters:
    ///   - retryAfter: what the server asked for; the wait is at least that long.
    ///   - remaining: time until the deadline; nil for none. Where the wait would not end before it, there is no other try.
    public mutating func recordFailure(retryAfter: Duration? = nil, remaining: Duration? = nil, using random: inout some RandomNumberGenerator) -> Decision {
        failures += 1
        if let maximum = policy.maximumAttempts, failures >= maximum { return .giveUp }
        var wait = policy.bound(afterFailures: failures) * Double.random(in: 0...1, using: &random)
        if let retryAfter {
            guard retryAfter <= policy.maximumRetryAfter else { return .giveUp }
            wait = max(retryAfter, wait)
        }
        if let remaining, wait >= remaining { return .giveUp }
        return .wait(wait)
    }

    public mutating func recordFailure(retryAfter: Duration? = nil, remaining: Duration? = nil) -> Decision {
        var random = SystemRandomNumberGenerator()
        return recordFailure(retryAfter: retryAfter, remaining: remaining, using: &random)
    }

    /// The next failure is the first one again.
    public mutating func recordSuccess() { failures = 0 }
}
