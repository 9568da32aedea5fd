import HTTPTypes
import Hummingbird
import NIOCore
import Rego

/// The Data API's writes: documents put, patched and deleted.
struct DataWriteRoutes {
    let store: PolicyStore

    func add(to router: Router<ServiceContext>) {
        for path: RouterPath in ["/v1/data", "/v1/data/**"] {
            router.put(path) { request, context in try await put(request, context) }
            router.patch(path) { request, context in try await patch(request, context) }
        }
        router.delete("/v1/data/**") { request, context in try delete(request, context) }
    }

    private func put(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let start = ContinuousClock.now
        let path = try DocumentPath(request.uri.path, after: "/v1/data").keys
        let body = Array(try await context.body(of: request).readableBytesView)
        let isOnlyForNew = request.headers[.ifNoneMatch] == "*"
        do {
            try write(in: context) { snapshot in
                if isOnlyForNew, snapshot.hasData(at: path) { throw DocumentExists() }
                return [DataOperation(.put, at: path, .json(body))]
            }
        } catch is DocumentExists {
            return Response(status: .notModified)
        }
        return done(request, start)
    }

    private struct DocumentExists: Error {}

    private func patch(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let start = ContinuousClock.now
        let path = try DocumentPath(request.uri.path, after: "/v1/data").keys
        let operations = try DataPatch(json: Array(try await context.body(of: request).readableBytesView), at: path).operations
        try write(in: context) { _ in operations }
        return done(request, start)
    }

    private func delete(_ request: Request, _ context: ServiceContext) throws -> Response {
        let start = ContinuousClock.now
        let path = try DocumentPath(request.uri.path, after: "/v1/data").keys
        try write(in: context) { _ in [DataOperation(.remove, at: path)] }
        return done(request, start)
    }

    private func write(in context: ServiceContext, _ operations: (PolicySnapshot) throws -> [DataOperation]) throws {
        do {
            try store.write(in: context.caller.span) { snapshot in
                let operations = try operations(snapshot)
                let ownership = BundleOwnership(store.generation)
                for operation in operations { try ownership.check(operation.path) }
                return operations
            }
        } catch let error as DataOperationError {
            throw ServiceError(error)
        } catch let error as DiagnosticList {
            let lines = error.diagnostics.map(\.description)
            throw ServiceError(.invalidParameter, lines.count == 1 ? "1 error occurred: \(lines[0])" : "\(lines.count) errors occurred:\n" + lines.joined(separator: "\n"))
        } catch let error as EvaluationError where error.code == .invalidInput {
            throw ServiceError(.invalidParameter, "body contains malformed JSON: \(error.message)")
        }
    }

    private func done(_ request: Request, _ start: ContinuousClock.Instant) -> Response {
        guard request.parameters.isOn("metrics") else { return Response(status: .noContent) }
        let metrics: Value = ["timer_server_handler_ns": (ContinuousClock.now - start).nanosecondsValue]
        return .json(.object([("metrics", .value(metrics))]), pretty: request.parameters.isOn("pretty"))
    }
}

extension ServiceError {
    /// A write that was not possible.
    init(_ error: DataOperationError) {
        let code: Code = switch error.code {
        case .notFound: .notFound
        case .conflict: .conflict
        case .invalidPatch: .invalidParameter
        }
        self.init(code, error.description)
    }
}
