import Hummingbird
import Observability
import Rego

/// The Health API: whether the service can decide, and what policies below `data.system.health` say.
struct HealthRoutes {
    let decisions: Decisions
    let plugins: PluginStates
    let health: HealthBoard

    func add(to router: Router<ServiceContext>) {
        router.get("/health") { request, _ in answer(problem(request.parameters)) }
        router.get("/health/**") { request, _ in
            let path = try DocumentPath(request.uri.path, after: "/health")
            return answer(try problem(at: path))
        }
    }

    private func answer(_ problem: String?) -> Response {
        guard let problem else { return .json(Array("{}".utf8)) }
        return .json(.object([("error", .value(.string(problem)))]), pretty: false, status: .internalServerError)
    }

    /// Why the service is not healthy; nil where it is.
    private func problem(_ parameters: RequestParameters) -> String? {
        guard canEvaluate else { return "unable to perform evaluation" }
        let states = plugins.all
        if parameters.isOn("bundles") || parameters.isOn("bundle") {
            guard Self.isUp(states["discovery"]), Self.isUp(states["bundle"]) else { return "one or more bundles are not activated" }
        }
        if parameters.isOn("plugins") {
            let excluded = Set(parameters.values(of: "exclude-plugin"))
            guard states.allSatisfy({ $0.value == .ok || excluded.contains($0.key) }) else { return "one or more plugins are not up" }
        }
        return nil
    }

    private static func isUp(_ state: PluginStates.State?) -> Bool { state == nil || state == .ok }

    private var canEvaluate: Bool { (try? decisions.store.generation.query("true").query.evaluate()) != nil }

    // MARK: Policies

    /// Why a health policy does not hold; nil where it does.
    private func problem(at path: DocumentPath) throws -> String? {
        let path = DocumentPath(keys: ["system", "health"] + path.keys)
        guard !path.keys.contains(where: { $0.contains("\"") }) else { throw ServiceError(.invalidParameter, "invalid path: \(path.description)") }
        if let builtIn = builtInCheck(path.keys.dropFirst(2)), !decisions.store.generation.snapshot.hasRule(at: path.keys) { return builtIn.problem }
        let states = plugins.all.map { (Value.string($0.key), Value.string($0.value.rawValue)) }
        let input: Value = ["plugins_ready": .boolean(plugins.wereReady), "plugin_state": .makeObject(states)]
        let decision: Decision
        do {
            decision = try input.json(escapesHTML: false).withUnsafeBytes {
                try decisions.decide(path, about: $0, as: .document, RequestParameters(query: ""))
            }
        } catch let error as EvaluationError {
            return "\(error)"
        }
        guard decision.report.isDefined else { return "health check (\(path.description)) was undefined" }
        return decision.output == Array("true".utf8) ? nil : "health check (\(path.description)) returned unexpected value"
    }

    /// `/health/live` and `/health/ready` answer also where no policy defines them.
    private func builtInCheck(_ keys: ArraySlice<String>) -> (problem: String?, Void)? {
        switch Array(keys) {
        case ["live"]: (canEvaluate ? nil : "unable to perform evaluation", ())
        case ["ready"]: (health.isEnding ? "the service is about to end" : problem(RequestParameters(query: "bundles&plugins")), ())
        default: nil
        }
    }
}
