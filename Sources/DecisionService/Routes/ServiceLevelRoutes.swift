import Hummingbird
import Observability
import Rego
import ReliabilityBudget

/// `GET /v1/slo`: how the service does by its objectives.
struct ServiceLevelRoutes {
    let levels: ServiceLevels?

    func add(to router: Router<ServiceContext>) {
        router.get("/v1/slo") { request, _ -> Response in
            guard let levels else { throw ServiceError(.evaluation, "no objectives are followed") }
            let reports = levels.observe(at: ProcessTime.now)
            let result: Value = ["state": .string(levels.state.rawValue), "objectives": .makeObject(reports.map { (.string($0.objective.name), $0.document) })]
            return Response.json(.object([("result", .value(result))]), pretty: request.parameters.isOn("pretty"))
        }
    }
}

extension ObjectiveMonitor.Report {
    fileprivate var document: Value {
        [
            "indicator": .string(objective.indicator.kind.rawValue), "target": .decimal(objective.target), "period_seconds": .seconds(objective.period),
            "events": .number(Number(counts.total)), "good_events": .number(Number(counts.good)), "budget_left": .decimal(budgetLeft),
            "alerts": .makeObject(alerts.map { (.string($0.alert.name), $0.document) }),
        ]
    }
}

extension ObjectiveMonitor.Report.Alert {
    fileprivate var document: Value {
        [
            "severity": .string(alert.severity.rawValue), "burn_rate": .decimal(alert.burnRate), "is_on": .boolean(isOn),
            "long_window": ["seconds": .seconds(alert.long), "burn_rate": .decimal(long)], "short_window": ["seconds": .seconds(alert.short), "burn_rate": .decimal(short)],
        ]
    }
}

extension Value {
    /// A number with at most six digits behind the point.
    static func decimal(_ value: Double) -> Value { (try? Value(json: Array(PrometheusText.number((value * 1e6).rounded() / 1e6).utf8))) ?? .null }

    static func seconds(_ duration: Duration) -> Value { decimal(duration / .seconds(1)) }
}
