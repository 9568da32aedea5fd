import Observability
import Synchronization

/// Decides which requests are answered when not all can be: by what callers may ask for, by how much is under way, and by what the process suffers.
public final class AdmissionControl: MetricSource {
    /// What requests are told apart by.
    public enum Subject: Sendable, Hashable {
        /// Who asks, as far as it was verified; else the address.
        case identity
        /// The value of a header.
        case header(String)
        /// The path of the request.
        case route
    }

    /// A rate budget for each caller that a subject tells apart.
    public struct Rate: Sendable, Hashable {
        public var name: String
        public var subject: Subject
        public var budget: RateBudget

        public init(name: String, subject: Subject, budget: RateBudget) {
            self.name = name
            self.subject = subject
            self.budget = budget
        }
    }

    /// The header that says how critical a request is, and what it may say.
    public struct Classes: Sendable, Hashable {
        public var header = "Verdict-Criticality"
        public var fallback = Criticality.critical
        /// What requests that ask for more are treated as.
        public var highest = Criticality.criticalPlus

        public init() {}

        /// The class that a header's value asks for.
        public func criticality(_ value: String?) -> Criticality { min(value.flatMap { Criticality(name: $0) } ?? fallback, highest) }
    }

    public struct Settings: Sendable, Hashable {
        public var classes = Classes()
        public var concurrency = ConcurrencyLimit.Settings()
        public var queueTarget: Duration = .milliseconds(250)
        public var queueInterval: Duration = .seconds(2)
        public var rates: [Rate] = []

        public init() {}
    }

    /// Work that was admitted.
    public struct Ticket: Sendable {
        public let criticality: Criticality
        let start: Duration
    }

    /// What the process suffers, and from which class down requests are turned away because of it.
    private struct Pressure {
        var reasons: [Refusal.Reason: Criticality] = [:]
    }

    private struct Work {
        var limit: ConcurrencyLimit
        /// By the class's raw value: what is critical comes first, so its waits say nothing of the others'.
        var delays: [QueueDelay]
    }

    public let settings: Settings
    private let work: Mutex<Work>
    private let cells: Mutex<[RateBudgetCells]>
    private let pressure = Mutex(Pressure())
    /// One more than the raw value of the highest class that is turned away; 0 where none is.
    private let shedBelow = Atomic<Int>(0)
    private let shed: [Refusal.Reason: [Criticality: Counter]]
    private static let retryAfter = Duration.seconds(1)

    public init(_ settings: Settings = .init()) {
        self.settings = settings
        let delay = QueueDelay(target: settings.queueTarget, interval: settings.queueInterval)
        work = Mutex(Work(limit: ConcurrencyLimit(settings.concurrency), delays: Criticality.allCases.map { _ in delay }))
        cells = Mutex(settings.rates.map { RateBudgetCells($0.budget) })
        shed = Dictionary(uniqueKeysWithValues: Refusal.Reason.allCases.map { ($0, Dictionary(uniqueKeysWithValues: Criticality.allCases.map { ($0, Counter()) })) })
    }

    // MARK: Arrival

    /// Whether nothing needs to be known of a request to let it in: no rate is limited, and nothing is wrong. One load.
    public var isOpen: Bool { settings.rates.isEmpty && shedBelow.load(ordering: .relaxed) == 0 }

    /// Lets a request in, or turns it away. It is counted against all its budgets, or none.
    ///
    /// - Parameters:
    ///   - caller: what the request is by a subject; nil where it has no such thing, which then limits nothing.
    public func admit(_ criticality: Criticality, at time: Duration, caller: (Subject) -> String?) throws(Refusal) {
        if criticality.rawValue < shedBelow.load(ordering: .relaxed) { throw refusal(pressureReason, criticality, "the service is under pressure") }
        guard !settings.rates.isEmpty else { return }
        let callers = settings.rates.map { caller($0.subject) }
        let excess: (Rate, Duration)? = cells.withLock { cells in
            for (position, rate) in settings.rates.enumerated() {
                if let caller = callers[position], let wait = cells[position].wait(of: caller, at: time) { return (rate, wait) }
            }
            for position in cells.indices { if let caller = callers[position] { cells[position].spend(of: caller, at: time) } }
            return nil
        }
        if let (rate, wait) = excess { throw refusal(.rateBudget, criticality, "the rate budget '\(rate.name)' is spent", retryAfter: wait) }
    }

    private var pressureReason: Refusal.Reason { pressure.withLock { $0.reasons.max { $0.value < $1.value }?.key } ?? .lag }

    private func refusal(_ reason: Refusal.Reason, _ criticality: Criticality, _ detail: String, retryAfter: Duration = retryAfter) -> Refusal {
        shed[reason]?[criticality]?.increment()
        return Refusal(reason, detail, retryAfter: retryAfter)
    }

    // MARK: Work

    /// Lets a piece of work wait for its turn, or turns it away because too much is under way.
    ///
    /// The limit may have fallen below what waits already, so room is no matter of the limit alone: what matters less makes room for what matters more.
    ///
    /// - Parameter displace: takes work of a lower class away that still waits, and says whether there was any.
    public func begin(_ criticality: Criticality, at time: Duration, displace: () -> Bool = { false }) throws(Refusal) -> Ticket {
        if !work.withLock({ $0.limit.begin(criticality) }) {
            guard displace() else { throw tooMuch(criticality) }
            work.withLock { $0.limit.replace() }
        }
        return Ticket(criticality: criticality, start: time)
    }

    /// Ends work that was displaced, and says why.
    public func endDisplaced(_ ticket: Ticket) -> Refusal {
        end(ticket, at: nil)
        return tooMuch(ticket.criticality)
    }

    private func tooMuch(_ criticality: Criticality) -> Refusal {
        refusal(.concurrency, criticality, "at most \(work.withLock { $0.limit.limit }) long decisions are good at a time, of \(criticality.name) fewer")
    }

    /// Says that a piece of work's turn has come; throws where it has waited in vain, and has then ended.
    public func start(_ ticket: Ticket, at time: Duration) throws(Refusal) {
        let isDropped = work.withLock { work in
            let isDropped = work.delays[ticket.criticality.rawValue].drops(ticket.criticality, waited: time - ticket.start, at: time)
            if isDropped { work.limit.end(after: nil) }
            return isDropped
        }
        if isDropped { throw refusal(.queueDelay, ticket.criticality, "long decisions wait for longer than is good") }
    }

    /// Work that was started has ended, or never got its turn.
    public func end(_ ticket: Ticket, at time: Duration?) { work.withLock { $0.limit.end(after: time.map { $0 - ticket.start }) } }

    // MARK: Pressure

    /// Turns requests of a class and below away until told otherwise; nil ends it.
    public func shed(upTo criticality: Criticality?, because reason: Refusal.Reason) {
        let highest = pressure.withLock { pressure in
            pressure.reasons[reason] = criticality
            return pressure.reasons.values.max()
        }
        shedBelow.store(highest.map { $0.rawValue + 1 } ?? 0, ordering: .relaxed)
    }

    // MARK: Metrics

    public var metricFamilies: [MetricFamily] {
        let (limit, underWay) = work.withLock { ($0.limit.limit, $0.limit.underWay) }
        let samples = Refusal.Reason.allCases.flatMap { reason in
            Criticality.allCases.map { criticality in
                MetricFamily.Sample(
                    labels: [.init("criticality", criticality.name), .init("reason", reason.rawValue)], value: Double(shed[reason]?[criticality]?.value ?? 0))
            }
        }
        return [
            MetricFamily("verdict_shed_requests_total", "Requests that were turned away, by class and reason.", .counter, samples: samples.filter { $0.value > 0 }),
            MetricFamily("verdict_concurrency_limit", "Long decisions that may be under way at a time.", .gauge, samples: [.init(value: Double(limit))]),
            MetricFamily("verdict_long_decisions", "Long decisions that are under way or wait.", .gauge, samples: [.init(value: Double(underWay))]),
        ]
    }
}
