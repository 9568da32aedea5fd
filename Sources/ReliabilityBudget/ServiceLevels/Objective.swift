/// A service level objective: which share of an indicator's events is to be good over a period.
public struct Objective: Sendable, Hashable {
    /// What is counted, and when an event is good.
    public enum Indicator: Sendable, Hashable {
        /// Decisions; good are those that were answered within a time, and not with a status of 500 or above.
        case availability(deadline: Duration)
        /// Decisions that did not fail; good are those that took no longer than a time.
        case latency(threshold: Duration)
        /// Looks at every bundle; good are those that found it confirmed by its server within a time.
        case freshness(threshold: Duration)
        /// Decisions that the decision log was to keep; good are those that it did.
        case logDurability

        /// What configurations and answers call it.
        public enum Kind: String, Sendable, CaseIterable {
            case availability, latency, freshness
            case logDurability = "log_durability"
        }

        /// - Parameter threshold: nil for the usual one.
        public init(_ kind: Kind, threshold: Duration? = nil) {
            self = switch kind {
            case .availability: .availability(deadline: threshold ?? .seconds(1))
            case .latency: .latency(threshold: threshold ?? .milliseconds(100))
            case .freshness: .freshness(threshold: threshold ?? .seconds(600))
            case .logDurability: .logDurability
            }
        }

        public var kind: Kind {
            switch self {
            case .availability: .availability
            case .latency: .latency
            case .freshness: .freshness
            case .logDurability: .logDurability
            }
        }

        /// From when on an event is no longer good; nil where time plays no part.
        public var threshold: Duration? {
            switch self {
            case .availability(let threshold), .latency(let threshold), .freshness(let threshold): threshold
            case .logDurability: nil
            }
        }
    }

    public var name: String
    public var indicator: Indicator
    /// The share of events that is to be good, above 0 and below 1.
    public var target: Double
    /// Over which the share is meant: the budget of bad events is for this time.
    public var period: Duration

    public init(name: String, indicator: Indicator, target: Double, period: Duration = .seconds(30 * 86_400)) {
        self.name = name
        self.indicator = indicator
        self.target = target
        self.period = period
    }

    /// The share of events that may be bad.
    public var budget: Double { 1 - target }
}

/// An alert of the multi-window, multi-burn-rate kind: the budget burns too fast over a long window, and still does over a short one.
///
/// A burn rate of 1 spends the budget in exactly its period. Source: Google, "The Site Reliability Workbook", chapter 5.
public struct BurnRateAlert: Sendable, Hashable {
    public enum Severity: String, Sendable, CaseIterable {
        /// Somebody must act now.
        case page
        /// Somebody must act in the next days.
        case ticket
    }

    public var name: String
    public var severity: Severity
    public var burnRate: Double
    public var long: Duration
    public var short: Duration

    public init(name: String, severity: Severity, burnRate: Double, long: Duration, short: Duration) {
        self.name = name
        self.severity = severity
        self.burnRate = burnRate
        self.long = long
        self.short = short
    }

    /// The book's: 2 % of 30 days' budget in an hour, 5 % in six hours, 10 % in three days.
    public static let standard = [
        BurnRateAlert(name: "fast", severity: .page, burnRate: 14.4, long: .seconds(3600), short: .seconds(300)),
        BurnRateAlert(name: "medium", severity: .page, burnRate: 6, long: .seconds(21_600), short: .seconds(1800)),
        BurnRateAlert(name: "slow", severity: .ticket, burnRate: 1, long: .seconds(259_200), short: .seconds(21_600)),
    ]
}
