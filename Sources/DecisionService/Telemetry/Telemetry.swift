import Governance
import Observability

/// What the service shows of its work: metrics always, the decision log and traces where they are configured.
public struct Telemetry: Sendable {
    public let registry = MetricRegistry()
    public let requests: RequestMetrics
    public let decisions = DecisionMetrics()
    public let log: DecisionLog?
    public let tracer: Tracer?

    public init(log: DecisionLog? = nil, tracer: Tracer? = nil, requestBounds: [Duration] = Histogram.requestBounds) {
        self.log = log
        self.tracer = tracer
        requests = RequestMetrics(bounds: requestBounds)
        registry.add(requests)
        registry.add(decisions)
        registry.add(ProcessMetrics())
        if let log { registry.add(log.counters) }
    }

    var decisionObserver: DecisionObserver { DecisionObserver(metrics: decisions, log: log) }
}
