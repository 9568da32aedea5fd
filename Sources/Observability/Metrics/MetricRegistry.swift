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
}
