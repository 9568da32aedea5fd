import Foundation
import Hummingbird
import Rego

/// The Policy API: modules listed, put and deleted one by one.
struct PolicyRoutes {
    let store: PolicyStore

    func add(to router: Router<ServiceContext>) {
        router.get("/v1/policies") { request, _ in list(request) }
        router.get("/v1/policies/**") { request, _ in try get(request) }
        router.put("/v1/policies/**") { request, context in try await put(request, context) }
        router.delete("/v1/policies/**") { request, _ in try delete(request) }
    }

    private func identifier(_ request: Request) throws(ServiceError) -> String {
        let text = String(request.uri.path.dropFirst("/v1/policies/".count))
        guard let identifier = text.removingPercentEncoding, !identifier.isEmpty else {
            throw ServiceError(.invalidParameter, "the policy identifier \(text) is not percent-encoded UTF-8")
        }
        return identifier
    }

    private func describe(_ identifier: String, _ source: PolicySource) -> Value {
        let module = store.generation.snapshot.modules.first { $0.file == identifier }
        return ["id": .string(identifier), "raw": .string(source.text), "ast": module?.document ?? .null]
    }

    private func respond(_ value: Value?, _ request: Request) -> Response {
        .json(.object(value.map { [("result", .value($0))] } ?? []), pretty: RequestParameters(request).isOn("pretty"))
    }

    private func list(_ request: Request) -> Response {
        let policies = store.contents.policies.sorted { $0.key < $1.key }
        return respond(.array(policies.map { describe($0.key, $0.value) }), request)
    }

    private func get(_ request: Request) throws -> Response {
        let identifier = try identifier(request)
        guard let source = store.contents.policies[identifier] else { throw Self.missing(identifier) }
        return respond(describe(identifier, source), request)
    }

    private func put(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let identifier = try identifier(request)
        let text = String(buffer: try await context.body(of: request))
        if store.contents.policies[identifier]?.text == text { return respond(nil, request) }
        do {
            try store.change { contents in
                let version = contents.policies[identifier]?.version ?? .v1
                contents.policies[identifier] = PolicySource(file: identifier, text: text, version: version)
            }
        } catch let list as DiagnosticList {
            throw ServiceError(list)
        }
        return respond(nil, request)
    }

    private func delete(_ request: Request) throws -> Response {
        let identifier = try identifier(request)
        do {
            try store.change { contents in
                guard contents.policies.removeValue(forKey: identifier) != nil else { throw Self.missing(identifier) }
            }
        } catch let list as DiagnosticList {
            throw ServiceError(list, code: .invalidOperation)
        }
        return respond(nil, request)
    }

    private static func missing(_ identifier: String) -> ServiceError {
        ServiceError(.notFound, "storage_not_found_error: policy id \(Value.string(identifier).prettyJSON())")
    }
}
