/// Follows one objective: counts events into windows, and says which alerts are on and what is left of the budget.
///
/// A value without clock or lock. Knows only what it was told since it began: after a restart the budget is whole again, and the alerts of
/// Prometheus, which remembers, are the ones to trust.
public struct ObjectiveMonitor: Sendable {
    /// How the objective does at a moment.
    public struct Report: Sendable, Hashable {
        public struct Alert: Sendable, Hashable {
            public var alert: BurnRateAlert
            /// Over the long and the short window; 0 where nothing was counted.
            public var long: Double
            public var short: Double
            public var isOn: Bool
        }

        public var objective: Objective
        /// Over the period, as far as it is known.
        public var counts: EventCounts
        /// What is left of the budget: 1 is all of it, 0 nothing; below 0 the objective is missed.
        public var budgetLeft: Double
        public var alerts: [Alert]

        public var isBudgetSpent: Bool { budgetLeft <= 0 }
    }

    public let objective: Objective
    private let alerts: [BurnRateAlert]
    private var recent: CounterRing
    private var period: CounterRing

    /// Slots of the shortest window; more make it slide more smoothly.
    private static let slotsOfShortestWindow = 10.0
    private static let slotsOfPeriod = 720.0

    public init(_ objective: Objective, alerts: [BurnRateAlert] = BurnRateAlert.standard) {
        self.objective = objective
        self.alerts = alerts
        let shortest = alerts.map(\.short).min() ?? .seconds(300)
        recent = CounterRing(slot: shortest / Self.slotsOfShortestWindow, span: alerts.map(\.long).max() ?? shortest)
        period = CounterRing(slot: objective.period / Self.slotsOfPeriod, span: objective.period)
    }

    public mutating func record(_ counts: EventCounts, at time: Duration) {
        guard counts.total > 0 else { return }
        recent.add(counts, at: time)
        period.add(counts, at: time)
    }

    public mutating func report(at time: Duration) -> Report {
        let counts = period.sum(over: objective.period, at: time)
        return Report(
            objective: objective, counts: counts, budgetLeft: 1 - (counts.badShare ?? 0) / objective.budget, alerts: alerts.map { state(of: $0, at: time) })
    }

    private mutating func state(of alert: BurnRateAlert, at time: Duration) -> Report.Alert {
        let long = burnRate(over: alert.long, at: time), short = burnRate(over: alert.short, at: time)
        return Report.Alert(alert: alert, long: long, short: short, isOn: long > alert.burnRate && short > alert.burnRate)
    }

    private mutating func burnRate(over window: Duration, at time: Duration) -> Double {
        (recent.sum(over: window, at: time).badShare ?? 0) / objective.budget
    }
}
