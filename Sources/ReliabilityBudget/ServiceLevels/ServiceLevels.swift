import Observability
import Synchronization

/// The objectives of the running service: counts events where they happen, and looks now and then what they mean.
///
/// Counting takes no lock: an addition for each objective. `observe` moves what was counted into the windows.
public final class ServiceLevels: MetricSource {
    /// Events of one objective since the start.
    private final class Tally: Sendable {
        let good = Counter()
        let bad = Counter()

        func count(_ isGood: Bool) { if isGood { good.increment() } else { bad.increment() } }

        var counts: EventCounts { EventCounts(good: good.value, bad: bad.value) }
    }

    private struct Followed: Sendable {
        var monitor: ObjectiveMonitor
        /// What is already in the windows.
        var seen = EventCounts()
        var report: ObjectiveMonitor.Report?
    }

    /// Nanoseconds and tallies of the objectives that answers count for.
    private let deadlines: [(limit: Int, tally: Tally)]
    private let thresholds: [(limit: Int, tally: Tally)]
    private let tallies: [Tally]
    private let objectives: [Objective]
    private let followed: Mutex<[Followed]>
    private let lastState = Atomic<Int>(0)
    public let policy: BudgetPolicy
    public let alerts: [BurnRateAlert]

    private static let states: [BudgetPolicy.State] = [.normal, .burning, .spent]

    public init(_ objectives: [Objective], alerts: [BurnRateAlert] = BurnRateAlert.standard, policy: BudgetPolicy = .init()) {
        let tallies = objectives.map { _ in Tally() }
        self.tallies = tallies
        self.objectives = objectives
        self.alerts = alerts
        self.policy = policy
        deadlines = zip(objectives, tallies).compactMap { objective, tally in
            if case .availability(let deadline) = objective.indicator { (deadline.wholeNanoseconds, tally) } else { nil }
        }
        thresholds = zip(objectives, tallies).compactMap { objective, tally in
            if case .latency(let threshold) = objective.indicator { (threshold.wholeNanoseconds, tally) } else { nil }
        }
        followed = Mutex(objectives.map { Followed(monitor: ObjectiveMonitor($0, alerts: alerts)) })
    }

    // MARK: Counting

    /// Counts the answer to a request for a decision. Safe on an event loop.
    public func countAnswer(status: Int, nanoseconds: Int) {
        let isFailure = status >= 500
        for (limit, tally) in deadlines { tally.count(!isFailure && nanoseconds <= limit) }
        guard !isFailure else { return }
        for (limit, tally) in thresholds { tally.count(nanoseconds <= limit) }
    }

    /// Counts a look at a bundle.
    ///
    /// - Parameter age: since its server last confirmed the active version; nil where none is active.
    public func countBundle(age: Duration?) {
        for (objective, tally) in zip(objectives, tallies) {
            if case .freshness(let threshold) = objective.indicator { tally.count(age.map { $0 <= threshold } ?? false) }
        }
    }

    /// Counts what became of decisions that were to be logged.
    public func countLogged(kept: Int, lost: Int) {
        for (objective, tally) in zip(objectives, tallies) where objective.indicator == .logDurability {
            tally.good.increment(by: kept)
            tally.bad.increment(by: lost)
        }
    }

    // MARK: Looking

    /// Takes what was counted into the windows, and says how every objective does.
    ///
    /// - Parameter time: since any fixed moment, the same for all calls.
    @discardableResult
    public func observe(at time: Duration) -> [ObjectiveMonitor.Report] {
        let reports = followed.withLock { followed in
            for position in followed.indices {
                let counts = tallies[position].counts
                followed[position].monitor.record(counts - followed[position].seen, at: time)
                followed[position].seen = counts
                followed[position].report = followed[position].monitor.report(at: time)
            }
            return followed.compactMap(\.report)
        }
        lastState.store(Self.states.firstIndex(of: BudgetPolicy.state(reports)) ?? 0, ordering: .relaxed)
        return reports
    }

    /// What the last observation meant.
    public var state: BudgetPolicy.State { Self.states[lastState.load(ordering: .relaxed)] }

    /// How long the slots of the windows are: looking more often shows nothing more.
    public var resolution: Duration { (alerts.map(\.short).min() ?? .seconds(300)) / 10 }

    public var metricFamilies: [MetricFamily] {
        let reports = followed.withLock { $0.compactMap(\.report) }
        func samples(_ value: (Tally) -> Int) -> [MetricFamily.Sample] {
            zip(objectives, tallies).map { .init(labels: [.init("slo", $0.name)], value: Double(value($1))) }
        }
        return [
            MetricFamily("verdict_sli_events_total", "Events that count for an objective.", .counter, samples: samples(\.counts.total)),
            MetricFamily("verdict_sli_good_events_total", "Events of those that were good.", .counter, samples: samples { $0.good.value }),
            MetricFamily(
                "verdict_slo_target", "The share of events that is to be good.", .gauge,
                samples: objectives.map { .init(labels: [.init("slo", $0.name)], value: $0.target) }),
            MetricFamily(
                "verdict_slo_budget_left_ratio", "What is left of the budget of bad events since the start.", .gauge,
                samples: reports.map { .init(labels: [.init("slo", $0.objective.name)], value: $0.budgetLeft) }),
            MetricFamily(
                "verdict_slo_burn_rate", "How fast the budget burns over an alert's long window.", .gauge,
                samples: reports.flatMap { report in
                    report.alerts.map { .init(labels: [.init("slo", report.objective.name), .init("window", $0.alert.name)], value: $0.long) }
                }),
        ]
    }
}
