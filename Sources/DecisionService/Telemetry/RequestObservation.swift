import Governance
import HTTPTypes
import Hummingbird
import Observability
import Rego

/// Counts every request, and traces it where traces are kept.
struct RequestObservation: RouterMiddleware {
    let telemetry: Telemetry

    func handle(_ request: Request, context: ServiceContext, next: (Request, ServiceContext) async throws -> Response) async throws -> Response {
        guard let handler = RequestMetrics.Handler(path: request.uri.path) else { return try await next(request, context) }
        let start = ContinuousClock.now
        var context = context
        context.caller.headers = loggedHeaders(request)
        let span = telemetry.tracer.map { tracer in
            tracer.begin(
                handler.rawValue,
                parent: TraceContext(traceparent: request.headers[.traceparent], tracestate: request.headers[.tracestate], baggage: request.headers[.baggage]),
                at: WallClock.nanoseconds())
        }
        context.caller.span = span
        let status: Int
        defer { span?.end(at: WallClock.nanoseconds()) }
        do {
            let response = try await next(request, context)
            status = Int(response.status.code)
            observe(handler, request, status, start, span)
            return response
        } catch {
            // Only what the router itself answers comes here: unknown paths and methods.
            status = (error as? any HTTPResponseError).map { Int($0.status.code) } ?? Int(HTTPResponse.Status.internalServerError.code)
            observe(handler, request, status, start, span)
            throw error
        }
    }

    private func observe(_ handler: RequestMetrics.Handler, _ request: Request, _ status: Int, _ start: ContinuousClock.Instant, _ span: ActiveSpan?) {
        telemetry.requests.observe(handler, method: request.method.rawValue, status: status, duration: .now - start)
        span?.set("http.request.method", .text(request.method.rawValue))
        span?.set("url.path", .text(request.uri.path))
        span?.set("http.response.status_code", .integer(status))
        if status >= 500 { span?.fail("HTTP \(status)") }
    }

    private func loggedHeaders(_ request: Request) -> [(name: String, values: [String])] {
        (telemetry.log?.headers ?? []).compactMap { name in
            guard let field = HTTPField.Name(name) else { return nil }
            let values = request.headers[values: field]
            return values.isEmpty ? nil : (name, values)
        }
    }
}

extension HTTPField.Name {
    fileprivate static let traceparent = HTTPField.Name("traceparent") ?? .te
    fileprivate static let tracestate = HTTPField.Name("tracestate") ?? .te
    fileprivate static let baggage = HTTPField.Name("baggage") ?? .te
}
