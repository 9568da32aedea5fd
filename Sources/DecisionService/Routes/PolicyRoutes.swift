import DataConsistency
import Foundation
import Hummingbird
import NIOCore
import Rego

/// The Policy API: modules listed, put and deleted one by one.
struct PolicyRoutes {
    let store: PolicyStore

    func add(to router: Router<ServiceContext>) {
        router.get("/v1/policies") { request, _ in list(request) }
        router.get("/v1/policies/**") { request, _ in try get(request) }
        router.put("/v1/policies/**") { request, context in try await put(request, context) }
        router.delete("/v1/policies/**") { request, context in try delete(request, context) }
    }

    private func identifier(_ request: Request) throws(ServiceError) -> String {
        let text = String(request.uri.path.dropFirst("/v1/policies/".count))
        guard let identifier = text.removingPercentEncoding, !identifier.isEmpty else {
            throw ServiceError(.invalidParameter, "the policy identifier \(text) is not percent-encoded UTF-8")
        }
        return identifier
    }

    private func describe(_ identifier: String, _ source: PolicySource, _ snapshot: PolicySnapshot) -> Value {
        let module = snapshot.modules.first { $0.file == identifier }
        return ["id": .string(identifier), "raw": .string(source.text), "ast": module?.document ?? .null]
    }

    private func respond(_ members: [(name: String, value: Value)], _ request: Request) -> Response {
        .json(.object(members.map { ($0.name, .value($0.value)) }), pretty: request.parameters.isOn("pretty"))
    }

    /// The times that `?metrics` shows; nothing where it was not asked for.
    private func metrics(_ request: Request, _ times: [(Value, Duration)]) -> [(name: String, value: Value)] {
        guard request.parameters.isOn("metrics") else { return [] }
        return [("metrics", .makeObject(times.map { ($0.0, $0.1.nanosecondsValue) }))]
    }

    // MARK: Reading

    private func list(_ request: Request) -> Response {
        let snapshot = store.generation.snapshot
        let policies = store.contents.policies.sorted { $0.key < $1.key }
        return respond([("result", .array(policies.map { describe($0.key, $0.value, snapshot) }))], request)
    }

    private func get(_ request: Request) throws -> Response {
        let start = ContinuousClock.now
        let identifier = try identifier(request)
        guard let source = store.contents.policies[identifier] else { throw Self.missing(identifier) }
        let result = describe(identifier, source, store.generation.snapshot)
        return respond(metrics(request, [("timer_server_handler_ns", .now - start)]) + [("result", result)], request)
    }

    // MARK: Writing

    private func put(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let start = ContinuousClock.now
        let identifier = try identifier(request)
        let text = String(buffer: try await context.body(of: request))
        let received = ContinuousClock.now
        if store.contents.policies[identifier]?.text != text {
            try change(in: context) { contents in
                let before = contents.policies[identifier]
                let policy = PolicySource(file: identifier, text: text, version: before?.version ?? store.version)
                let ownership = BundleOwnership(store.generation)
                for touched in [before, policy].compactMap({ $0 }) { try ownership.check(touched) }
                contents.policies[identifier] = policy
            }
        }
        let compiled = ContinuousClock.now
        return respond(metrics(request, [
            ("timer_server_read_bytes_ns", received - start), ("timer_rego_module_compile_ns", compiled - received), ("timer_server_handler_ns", .now - start),
        ]), request)
    }

    private func delete(_ request: Request, _ context: ServiceContext) throws -> Response {
        let start = ContinuousClock.now
        let identifier = try identifier(request)
        try change(in: context, orElse: .invalidOperation) { contents in
            guard let policy = contents.policies.removeValue(forKey: identifier) else { throw Self.missing(identifier) }
            try BundleOwnership(store.generation).check(policy)
        }
        return respond(metrics(request, [("timer_server_handler_ns", .now - start)]), request)
    }

    private func change(in context: ServiceContext, orElse code: ServiceError.Code = .invalidParameter, _ edit: (inout PolicyStore.Contents) throws -> Void) throws {
        do {
            try store.change(.client, in: context.caller.span, edit)
        } catch let list as DiagnosticList {
            throw ServiceError(list, code: code)
        }
    }

    private static func missing(_ identifier: String) -> ServiceError {
        ServiceError(.notFound, "storage_not_found_error: policy id \(Value.string(identifier).prettyJSON())")
    }
}
