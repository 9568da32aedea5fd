import Governance
import Observability
import Rego
import ReliabilityBudget

/// What the service shows of its work: metrics always, the decision log and traces where they are configured.
public final class Telemetry: Sendable {
    public let registry = MetricRegistry()
    public let requests: RequestMetrics
    public let decisions = DecisionMetrics()
    public let log: DecisionLog?
    public let tracer: Tracer?
    /// The objectives that decisions count for.
    public let serviceLevels: ServiceLevels?
    /// How the parts of the service do, and what it mended.
    public let health: HealthBoard
    public let healing: HealingLog

    public init(
        log: DecisionLog? = nil, tracer: Tracer? = nil, serviceLevels: ServiceLevels? = nil, health: HealthBoard? = nil, healing: HealingLog? = nil,
        requestBounds: [Duration] = Histogram.requestBounds
    ) {
        self.log = log
        self.tracer = tracer
        self.serviceLevels = serviceLevels
        let health = health ?? HealthBoard(clock: WallClock.nanoseconds), healing = healing ?? HealingLog(clock: WallClock.nanoseconds)
        self.health = health
        self.healing = healing
        requests = RequestMetrics(bounds: requestBounds)
        decisionObserver = DecisionObserver(metrics: decisions, log: log)
        registry.add(requests)
        registry.add(decisions)
        registry.add(ProcessMetrics())
        registry.add(health)
        registry.add(healing)
        if let log { registry.add(log.counters) }
        if let serviceLevels { registry.add(serviceLevels) }
    }

    let decisionObserver: DecisionObserver
}
