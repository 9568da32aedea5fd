import FaultInjection
import Foundation
import Governance
import HTTPTypes
import Hummingbird
import Logging
import Observability
import Rego
import ReliabilityBudget

/// The experiments with faults: listed, begun and ended. There are none where the configuration does not enable them.
struct ChaosRoutes {
    let chaos: Chaos?
    let levels: ServiceLevels?

    func add(to router: Router<ServiceContext>) {
        router.get("/v1/chaos") { request, _ in
            let reports: [Value] = try enabled().reports().map(Self.document)
            return Response.json(.object([("result", .value(.array(reports)))]), pretty: request.parameters.isOn("pretty"))
        }
        router.put("/v1/chaos/**") { request, context in try await begin(request, context) }
        router.delete("/v1/chaos/**") { request, context in try end(request, context) }
    }

    private func enabled() throws(ServiceError) -> Chaos {
        guard let chaos else { throw ServiceError(.notFound, "faults cannot be injected: chaos.enabled is not true in the configuration") }
        return chaos
    }

    /// - Throws: `invalidOperation` where the error budget's policy forbids experiments now.
    private func checkBudget() throws(ServiceError) {
        guard let levels else { return }
        levels.observe(at: ProcessTime.now)
        guard !levels.policy.permitsExperiments(in: levels.state) else { return }
        let reason = levels.state == .spent ? "is spent" : "burns too fast"
        throw ServiceError(.invalidOperation, "no experiment may begin now: the error budget \(reason) (slo.policy.freeze_experiments); GET /v1/slo says by which objective")
    }

    private func name(_ request: Request) throws(ServiceError) -> String {
        let text = String(request.uri.path.dropFirst("/v1/chaos/".count))
        guard let name = text.removingPercentEncoding else { throw ServiceError(.invalidParameter, "the name \(text) is not percent-encoded UTF-8") }
        return name
    }

    private func begin(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let chaos = try enabled(), name = try name(request)
        try checkBudget()
        let experiment: Experiment
        do {
            experiment = try ExperimentSettings.experiment(name, try await context.document(of: request))
            try chaos.begin(experiment)
        } catch let error as ConfigurationError {
            throw ServiceError(.invalidParameter, error.problems.map { $0.key.isEmpty ? $0.reason : "\($0.key): \($0.reason)" }.joined(separator: "; "))
        } catch let refusal as Chaos.Refusal {
            throw ServiceError(.invalidParameter, refusal.description)
        }
        context.logger.notice("An experiment begins.", metadata: ["experiment": "\(name)", "at": "\(experiment.point)", "hypothesis": "\(experiment.hypothesis)"])
        return Response(status: .noContent)
    }

    private func end(_ request: Request, _ context: ServiceContext) throws -> Response {
        let chaos = try enabled(), name = try name(request)
        guard chaos.end(name) else { throw ServiceError(.notFound, "no experiment '\(name)' goes on") }
        context.logger.notice("An experiment was ended.", metadata: ["experiment": "\(name)"])
        return Response(status: .noContent)
    }

    private static func document(_ report: Chaos.Report) -> Value {
        let experiment = report.experiment
        var members: [(Value, Value)] = [
            ("name", .string(experiment.name)), ("hypothesis", .string(experiment.hypothesis)), ("at", .string(experiment.point.rawValue)),
            ("maximum_share", .number(Number(experiment.maximumShare) ?? Number(1))), ("calls", .number(Number(report.calls))),
            ("hits", .number(Number(report.hits))), ("remaining_seconds", .number(Number(Int((report.remaining / .seconds(1)).rounded(.up))))),
        ]
        if let ended = report.ended { members.append(("ended", .string(ended))) }
        return .makeObject(members)
    }
}
