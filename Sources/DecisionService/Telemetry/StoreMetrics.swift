import Governance
import Observability
import Rego

/// What decisions are made from: policies, data, and what is kept between decisions.
struct StoreMetrics: MetricSource {
    let store: PolicyStore
    /// Responses to requests of policies.
    let responses: HTTPResponseCache?

    var metricFamilies: [MetricFamily] {
        let generation = store.generation
        let memory = generation.snapshot.memory
        var families = [
            MetricFamily("verdict_policies", "Policy modules in use.", .gauge, samples: [.init(value: Double(generation.snapshot.modules.count))]),
            MetricFamily(
                "verdict_bundle_info", "The revision of each active bundle, as a label.", .gauge,
                samples: generation.bundles.sorted { $0.key < $1.key }.map { name, bundle in
                    .init(labels: [.init("name", name), .init("revision", bundle.revision)], value: 1)
                }),
            MetricFamily("verdict_prepared_queries", "Queries kept compiled.", .gauge, samples: [.init(value: Double(generation.queryCount))]),
            MetricFamily(
                "verdict_region_bytes", "Memory reserved for values: of policies, of base data, and of machines at rest.", .gauge,
                samples: [("policies", memory.policies), ("data", memory.data), ("machines", memory.machines)].map {
                    .init(labels: [.init("region", $0.0)], value: Double($0.1))
                }),
            MetricFamily("verdict_compiled_patterns", "Regular expressions, globs and the like kept compiled.", .gauge, samples: [.init(value: Double(memory.patterns))]),
        ]
        if let responses {
            families.append(MetricFamily("verdict_http_cache_entries", "Responses to http.send that are kept.", .gauge, samples: [.init(value: Double(responses.count))]))
            families.append(MetricFamily("verdict_http_cache_bytes", "Bytes of their bodies.", .gauge, samples: [.init(value: Double(responses.byteCount))]))
        }
        return families
    }
}
