/// How many tries beyond the first all callers of an upstream may make together: a share of their calls, and a few a second besides, so
/// that an upstream which fails is not asked many times as often as one that works.
///
/// Source: Finagle's `RetryBudget`; gRPC A6 (retry throttling).
public struct RetryBudget: Sendable {
    public struct Settings: Sendable, Hashable {
        /// Of the calls, 0 to 1.
        public var share: Double
        /// Tries a second that are there without any calls.
        public var minimumPerSecond: Double
        /// What calls may save up for later.
        public var limit: Double

        public init(share: Double = 0.1, minimumPerSecond: Double = 10, limit: Double = 100) {
            self.share = share
            self.minimumPerSecond = minimumPerSecond
            self.limit = limit
        }
    }

    private let settings: Settings
    /// What calls have earned, and what time has.
    private var earned = 0.0
    private var granted: Double
    private var refilled: ContinuousClock.Instant?

    public init(_ settings: Settings = .init()) {
        self.settings = settings
        granted = settings.minimumPerSecond
    }

    /// A call was begun; its first try costs nothing.
    public mutating func recordCall() { earned = min(settings.limit, earned + settings.share) }

    /// Takes one try from the budget; false where there is none left.
    public mutating func withdraw(at now: ContinuousClock.Instant) -> Bool {
        refill(now)
        if granted >= 1 {
            granted -= 1
        } else if earned >= 1 {
            earned -= 1
        } else {
            return false
        }
        return true
    }

    /// Tries that could be made at once.
    public var balance: Double { granted + earned }

    private mutating func refill(_ now: ContinuousClock.Instant) {
        if let refilled, now > refilled {
            // A second's worth is kept at most, so that a quiet hour is no licence for a storm.
            granted = min(settings.minimumPerSecond, granted + (now - refilled) / .seconds(1) * settings.minimumPerSecond)
        }
        refilled = max(now, refilled ?? now)
    }
}
