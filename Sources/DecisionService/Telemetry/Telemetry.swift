import Governance
import Observability
import ReliabilityBudget

/// What the service shows of its work: metrics always, the decision log and traces where they are configured.
public struct Telemetry: Sendable {
    public let registry = MetricRegistry()
    public let requests: RequestMetrics
    public let decisions = DecisionMetrics()
    public let log: DecisionLog?
    public let tracer: Tracer?
    /// The objectives that decisions count for.
    public let serviceLevels: ServiceLevels?

    public init(log: DecisionLog? = nil, tracer: Tracer? = nil, serviceLevels: ServiceLevels? = nil, requestBounds: [Duration] = Histogram.requestBounds) {
        self.log = log
        self.tracer = tracer
        self.serviceLevels = serviceLevels
        requests = RequestMetrics(bounds: requestBounds)
        registry.add(requests)
        registry.add(decisions)
        registry.add(ProcessMetrics())
        if let log { registry.add(log.counters) }
        if let serviceLevels { registry.add(serviceLevels) }
    }

    var decisionObserver: DecisionObserver { DecisionObserver(metrics: decisions, log: log) }
}
