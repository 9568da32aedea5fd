import Synchronization

/// Every source of metrics in the process.
public final class MetricRegistry: Sendable {
    private let sources = Mutex<[any MetricSource]>([])

    public init() {}

    public func add(_ source: any MetricSource) { sources.withLock { $0.append(source) } }

    /// All families, sorted by name.
    public var families: [MetricFamily] {
        sources.withLock { $0 }.flatMap(\.metricFamilies).sorted { $0.name < $1.name }
    }

    /// What who scrapes is answered, in the format of its choice.
    ///
    /// - Parameter accept: the value of `Accept`.
    public func text(accepting accept: String) -> (text: String, contentType: String) {
        guard OpenMetricsText.isWanted(by: accept) else { return (PrometheusText.write(families), PrometheusText.contentType) }
        return (OpenMetricsText.write(families), OpenMetricsText.contentType)
    }
}
