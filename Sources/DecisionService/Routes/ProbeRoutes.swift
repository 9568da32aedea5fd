import HTTPTypes
import Hummingbird
import Observability
import Rego

/// `/v1/health` and the probes below it: how the parts of the service do, and why, for machines.
///
/// Everything is written on the board in the background; a probe only reads it.
struct ProbeRoutes {
    let health: HealthBoard

    func add(to router: Router<ServiceContext>) {
        router.get("/v1/health") { request, _ in
            let all = health.all
            return answer(all.map(\.state).max() ?? .ok, all, isPretty: request.parameters.isOn("pretty"), .ok)
        }
        for probe in ComponentHealth.Probe.allCases {
            router.get("/v1/health/\(probe.rawValue)") { request, _ in
                let (state, components) = health.health(for: probe)
                // What is degraded still answers; taking it away would leave fewer for the rest.
                return answer(state, components, isPretty: request.parameters.isOn("pretty"), state == .failed ? .serviceUnavailable : .ok)
            }
        }
    }

    private func answer(_ state: ComponentHealth.State, _ components: [ComponentHealth], isPretty: Bool, _ status: HTTPResponse.Status) -> Response {
        let result: Value = ["state": .string(state.rawValue), "components": .array(components.map(\.document))]
        return .json(.object([("result", .value(result))]), pretty: isPretty, status: status)
    }
}

extension ComponentHealth {
    fileprivate var document: Value {
        var members: [(Value, Value)] = [
            ("component", .string(component)), ("state", .string(state.rawValue)), ("since", .time(since)), ("depth", .number(Number(depth))),
        ]
        if !detail.isEmpty { members.append(("detail", .string(detail))) }
        if let retryAt { members.append(("retryAt", .time(retryAt))) }
        return .makeObject(members)
    }
}
