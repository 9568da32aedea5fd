import Governance
import HTTPTypes
import Hummingbird
import Observability
import Rego
import Resilience

/// Counts every request, and traces it where traces are kept.
struct RequestObservation: RouterMiddleware {
    let telemetry: Telemetry

    func handle(_ request: Request, context: ServiceContext, next: (Request, ServiceContext) async throws -> Response) async throws -> Response {
        guard let handler = RequestMetrics.Handler(path: request.uri.path) else { return try await next(request, context) }
        var context = context
        context.caller.headers = loggedHeaders(request)
        let header = { (name: String) in HTTPField.Name(name).flatMap { request.headers[$0] } }
        context.caller.context = CallContext(header: header)
        let observed = ObservedRequest(telemetry, handler, method: request.method.rawValue, path: request.uri.path, header: header)
        context.caller.span = observed.span
        do {
            let response = try await next(request, context)
            observed.end(status: Int(response.status.code))
            return response
        } catch {
            // Only what the router itself answers comes here: unknown paths and methods.
            observed.end(status: (error as? any HTTPResponseError).map { Int($0.status.code) } ?? Int(HTTPResponse.Status.internalServerError.code))
            throw error
        }
    }

    private func loggedHeaders(_ request: Request) -> [(name: String, values: [String])] {
        (telemetry.log?.headers ?? []).compactMap { name in
            guard let field = HTTPField.Name(name) else { return nil }
            let values = request.headers[values: field].map { Redaction.value($0, of: name) }
            return values.isEmpty ? nil : (name, values)
        }
    }
}
