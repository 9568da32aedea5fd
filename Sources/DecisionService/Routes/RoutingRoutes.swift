import Foundation
import Governance
import HTTPTypes
import Hummingbird
import Logging
import NIOHTTP1
import Rego
import Routing

/// The route table: shown, replaced, and asked where a request would go.
struct RoutingRoutes {
    let routing: DecisionRouting?

    func add(to router: Router<ServiceContext>) {
        router.get("/v1/routes") { request, _ -> Response in
            .json(.object([("result", .value(try enabled().document))]), pretty: request.parameters.isOn("pretty"))
        }
        router.put("/v1/routes") { request, context -> Response in
            let routing = try enabled(), document = try await context.document(of: request)
            do { try routing.replace(with: try RouteTable(document)) } catch let error as RoutingError { throw ServiceError(.invalidParameter, error.message) }
            return Response(status: .noContent)
        }
        router.post("/v1/routes/explain") { request, context -> Response in
            let document = try await context.document(of: request)
            let explanation: RouteExplanation
            do { explanation = try enabled().explanation(document) } catch let error as RoutingError { throw ServiceError(.invalidParameter, error.message) }
            return .json(.object([("result", .value(explanation.document))]), pretty: request.parameters.isOn("pretty"))
        }
    }

    private func enabled() throws(ServiceError) -> DecisionRouting {
        guard let routing else { throw ServiceError(.notFound, "there are no routes: the configuration has no section routing") }
        return routing
    }
}

extension DecisionRouting {
    /// The table, and how it is doing.
    fileprivate var document: Value {
        let state = current
        var members: [(Value, Value)] = [("version", .number(Number(state.version))), ("table", state.table.document)]
        members.append(("revisions", .makeObject(revisions.stores.map { name, store in
            let generation = store.generation
            return (.string(name), [
                "generation": .string(generation.identifier), "policies": .number(Number(generation.snapshot.modules.count)),
                "bundles": .makeObject(generation.bundles.map { (.string($0.key), .string($0.value.revision)) }),
            ])
        })))
        members.append(("canaries", .makeObject(state.analyses.map { name, analysis in (.string(name), Self.document(analysis, ended: state.ended[name])) })))
        members.append(("comparisons", .makeObject(comparisons.counts.map { revision, counts in
            (.string(revision), .makeObject(ComparisonLog.Outcome.allCases.map { (.string($0.rawValue), .number(Number(counts[$0] ?? 0))) }))
        })))
        members.append(("differences", .array(comparisons.samples.map(Self.document))))
        return .makeObject(members)
    }

    private static func document(_ analysis: CanaryAnalysis, ended: Ended?) -> Value {
        let state = switch analysis.verdict {
        case .undecided: "undecided"
        case .healthy: "healthy"
        case .failed: "ended"
        }
        var members: [(Value, Value)] = [
            ("state", .string(ended == nil ? state : "ended")), ("compared", .number(Number(analysis.compared))), ("different", .number(Number(analysis.different))),
            ("failed", .number(Number(analysis.failed))),
        ]
        if let ended { members.append(("reason", .string(ended.reason))) }
        return .makeObject(members)
    }

    private static func document(_ sample: ComparisonLog.Sample) -> Value {
        [
            "revision": .string(sample.revision), "path": .string(sample.path), "stable": sample.stable.map { .string($0) } ?? "undefined",
            "candidate": sample.candidate.map { .string($0) } ?? "failed", "time": .number(Number(sample.time) ?? Number(0)),
        ]
    }

    /// Where a request would go: `{"path": "app/allow", "intent", "identity", "address", "size", "time", "headers"}`.
    fileprivate func explanation(_ document: Value) throws(RoutingError) -> RouteExplanation {
        guard case .string(let path)? = document["path"] else { throw RoutingError(.table, "path is missing: of the document below data") }
        var intent: Intent?
        if case .string(let text)? = document["intent"] { intent = try Intent(named: text) }
        var headers = HTTPHeaders()
        if case .object(let entries)? = document["headers"] {
            for entry in entries { if case (.string(let name), .string(let value)) = (entry.key, entry.value) { headers.add(name: name, value: value) } }
        }
        var request = RoutedRequest(path: path.split(separator: "/").map(String.init), identity: document["identity"], time: Date().timeIntervalSince1970) { [headers] in headers.first(name: $0) }
        if case .string(let address)? = document["address"] { request.address = address }
        if case .number(let size)? = document["size"], let size = size.integer { request.size = Int(size) }
        if case .number(let time)? = document["time"] { request.time = time.double }
        let table = current.table
        return table.explanation(intent ?? table.usualIntent(request.path) ?? .enforce, request)
    }
}
