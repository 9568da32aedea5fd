import Discovery
import FaultInjection
import Observability
import Resilience

/// The calls that leave the service, and how the servers that it depends on are doing.
struct UpstreamMetrics: MetricSource {
    let upstreams: Upstreams

    var metricFamilies: [MetricFamily] {
        let reports = upstreams.reports
        func family(_ name: String, _ help: String, _ kind: MetricFamily.Kind, _ value: (UpstreamReport) -> Double) -> MetricFamily {
            MetricFamily(name, help, kind, samples: reports.map { .init(labels: [.init("upstream", $0.name)], value: value($0)) })
        }
        return [
            states(reports), transitions(reports),
            family("upstream_calls_total", "Calls of an upstream, with all of their tries counted once.", .counter) { Double($0.counts.calls) },
            family("upstream_failures_total", "Tries that failed.", .counter) { Double($0.counts.failures) },
            family("upstream_retries_total", "Tries beyond the first.", .counter) { Double($0.counts.retries) },
            family("upstream_hedges_total", "Reads that were asked a second time because the first took long.", .counter) { Double($0.counts.hedges) },
            family("upstream_retry_budget_exhausted_total", "Tries that the retry budget did not allow.", .counter) { Double($0.counts.budgetExhausted) },
            family("upstream_in_flight", "Calls under way.", .gauge) { Double($0.inFlight) },
            rejections(reports), endpoints(reports), picks(reports),
        ]
    }

    private func states(_ reports: [UpstreamReport]) -> MetricFamily {
        MetricFamily(
            "breaker_state", "0 closed, 1 half-open, 2 open by itself, by hand or because of what it depends on.", .gauge,
            samples: reports.flatMap(\.breakers).map { .init(labels: [.init("upstream", $0.name)], value: Double(Self.level($0))) })
    }

    private static func level(_ report: BreakerReport) -> Int {
        switch report.state {
        case "closed", "forced-closed": 0
        case "half-open": 1
        default: 2
        }
    }

    private func transitions(_ reports: [UpstreamReport]) -> MetricFamily {
        var samples: [MetricFamily.Sample] = []
        for report in reports.flatMap(\.breakers) {
            for (change, count) in report.changes.sorted(by: { ($0.key.from.rawValue, $0.key.to.rawValue) < ($1.key.from.rawValue, $1.key.to.rawValue) }) {
                let labels: [MetricFamily.Label] = [.init("upstream", report.name), .init("from", change.from.rawValue), .init("to", change.to.rawValue)]
                samples.append(.init(labels: labels, value: Double(count)))
            }
        }
        return MetricFamily("breaker_transitions_total", "Changes of a breaker's state.", .counter, samples: samples)
    }

    private func rejections(_ reports: [UpstreamReport]) -> MetricFamily {
        var samples: [MetricFamily.Sample] = []
        for report in reports {
            for (reason, count) in [("breaker", report.counts.breakerRejections), ("bulkhead", report.counts.bulkheadRejections)] {
                samples.append(.init(labels: [.init("upstream", report.name), .init("reason", reason)], value: Double(count)))
            }
        }
        return MetricFamily("upstream_rejections_total", "Calls that were not made, by reason.", .counter, samples: samples)
    }

    private func endpoints(_ reports: [UpstreamReport]) -> MetricFamily {
        let now = ContinuousClock.now
        var samples: [MetricFamily.Sample] = []
        for report in reports where !report.members.isEmpty {
            let ejected = report.members.count { $0.isEjected(at: now) }
            for (state, count) in [("healthy", report.members.count - ejected), ("ejected", ejected)] {
                samples.append(.init(labels: [.init("upstream", report.name), .init("state", state)], value: Double(count)))
            }
        }
        return MetricFamily("upstream_endpoints", "Endpoints of an upstream by state.", .gauge, samples: samples)
    }

    private func picks(_ reports: [UpstreamReport]) -> MetricFamily {
        var samples: [MetricFamily.Sample] = []
        for report in reports {
            for member in report.members {
                let labels: [MetricFamily.Label] = [.init("upstream", report.name), .init("endpoint", member.endpoint.description)]
                samples.append(.init(labels: labels, value: Double(member.picks)))
            }
        }
        return MetricFamily("upstream_picks_total", "Calls by endpoint.", .counter, samples: samples)
    }
}

/// Faults that were injected.
struct ChaosMetrics: MetricSource {
    let chaos: Chaos

    var metricFamilies: [MetricFamily] {
        let reports = chaos.reports().filter { $0.ended == nil }
        return [
            MetricFamily("chaos_experiments", "Experiments that go on.", .gauge, samples: [.init(value: Double(reports.count))]),
            MetricFamily(
                "chaos_faults", "Calls that experiments under way have hit.", .gauge,
                samples: reports.map { .init(labels: [.init("experiment", $0.experiment.name)], value: Double($0.hits)) }),
            MetricFamily(
                "chaos_harmed_requests_total", "Requests and connections whose clients got no answer, or a wrong one, because of a fault.", .counter,
                samples: [.init(value: Double(chaos.harmCount))]),
        ]
    }
}
