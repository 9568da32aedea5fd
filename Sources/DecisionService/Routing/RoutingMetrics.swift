import Observability
import Routing
import Synchronization

/// Where decisions went, and what became of canaries.
final class RoutingMetrics: Sendable {
    private struct Key: Hashable {
        var intent: Intent
        var route: String
        var revision: String
    }

    private let decisions = Mutex<[Key: Int]>([:])
    private let rollbacks = Mutex<[String: Int]>([:])
    private let forwarded = Mutex<[String: (answered: Int, failed: Int)]>([:])
    private let refused = Counter()
    private let kept = Counter()

    func count(_ plan: RoutingPlan) {
        let key = Key(intent: plan.intent, route: plan.route?.name ?? "", revision: plan.revision ?? PolicyRevisions.stable)
        decisions.withLock { $0[key, default: 0] += 1 }
    }

    func countRollback(_ revision: String) { rollbacks.withLock { $0[revision, default: 0] += 1 } }

    func countForwarded(to service: String, isAnswered: Bool) {
        forwarded.withLock { counts in
            if isAnswered { counts[service, default: (0, 0)].answered += 1 } else { counts[service, default: (0, 0)].failed += 1 }
        }
    }

    func countRefused() { refused.increment() }

    func countKept() { kept.increment() }

    func families(_ comparisons: ComparisonLog) -> [MetricFamily] {
        let decisions = decisions.withLock { $0 }.sorted { ($0.key.intent.rawValue, $0.key.route, $0.key.revision) < ($1.key.intent.rawValue, $1.key.route, $1.key.revision) }
        let compared = comparisons.counts.sorted { $0.key < $1.key }
        return [
            MetricFamily(
                "routing_decisions_total", "Requests for decisions, by intent, route and the revision that decided.", .counter,
                samples: decisions.map {
                    .init(labels: [.init("intent", $0.key.intent.rawValue), .init("route", $0.key.route), .init("revision", $0.key.revision)], value: Double($0.value))
                }),
            MetricFamily(
                "routing_comparisons_total", "Decisions that another revision made too, by what it said.", .counter,
                samples: compared.flatMap { revision, counts in
                    ComparisonLog.Outcome.allCases.map { .init(labels: [.init("revision", revision), .init("outcome", $0.rawValue)], value: Double(counts[$0] ?? 0)) }
                }),
            MetricFamily(
                "routing_rollbacks_total", "Canaries that were ended because they did worse.", .counter,
                samples: rollbacks.withLock { $0 }.sorted { $0.key < $1.key }.map { .init(labels: [.init("revision", $0.key)], value: Double($0.value)) }),
            MetricFamily(
                "routing_forwarded_total", "Decisions that other instances were asked for.", .counter,
                samples: forwarded.withLock { $0 }.sorted { $0.key < $1.key }.flatMap { service, counts in
                    [("answered", counts.answered), ("failed", counts.failed)].map { .init(labels: [.init("service", service), .init("outcome", $0.0)], value: Double($0.1)) }
                }),
            MetricFamily("routing_refused_total", "Requests whose intent or revision is not there.", counter: refused),
            MetricFamily("routing_kept_answers_total", "Answers that were given again.", counter: kept),
        ]
    }
}

/// The metrics of routes as they are scraped.
struct RoutingMetricSource: MetricSource {
    let routing: DecisionRouting

    var metricFamilies: [MetricFamily] { routing.metrics.families(routing.comparisons) }
}
