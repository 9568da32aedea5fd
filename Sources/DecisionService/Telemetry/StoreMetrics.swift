import Observability
import Rego

/// What decisions are made from.
struct StoreMetrics: MetricSource {
    let store: PolicyStore

    var metricFamilies: [MetricFamily] {
        let generation = store.generation
        return [
            MetricFamily("verdict_policies", "Policy modules in use.", .gauge, samples: [.init(value: Double(generation.snapshot.modules.count))]),
            MetricFamily("verdict_prepared_queries", "Queries kept compiled.", .gauge, samples: [.init(value: Double(generation.queryCount))]),
        ]
    }
}
