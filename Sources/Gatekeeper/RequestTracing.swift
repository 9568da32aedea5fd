import HTTPTypes
import Hummingbird
import Observability
import Rego

/// Makes each request a span of its trace. What its handlers ask through `Upstream`, and what the guard asks the decision service, is part of it.
///
///     router.add(middleware: RequestTracing(Tracer(sampler: Sampler(share: 1), exporter: exporter)))
///
/// Put it before all others.
public struct RequestTracing<Context: RequestContext>: RouterMiddleware {
    private let tracer: Tracer
    private let trustsCallers: Bool

    /// - Parameter trustsCallers: whether a request's own trace goes on here, with its sampling and its baggage. Where strangers ask, set it to false:
    ///   each request is then a trace of its own, which links to the caller's.
    public init(_ tracer: Tracer, trustsCallers: Bool = true) {
        self.tracer = tracer
        self.trustsCallers = trustsCallers
    }

    public func handle(_ request: Request, context: Context, next: (Request, Context) async throws -> Response) async throws -> Response {
        func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { request.headers[$0] } }
        let caller = TraceContext(traceparent: header("traceparent"), tracestate: header("tracestate"), baggage: header("baggage"))
        let method = request.method.rawValue
        let span = tracer.begin(method, parent: trustsCallers ? caller : nil, at: WallClock.nanoseconds())
        if let caller, !trustsCallers { span.add(.init(to: caller)) }
        defer { span.end(at: WallClock.nanoseconds()) }
        span.set("http.request.method", .text(method))
        span.set("url.path", .text(request.uri.path))
        do {
            let response = try await ActiveSpan.$current.withValue(span) { try await next(request, context) }
            finish(span, method, context, status: Int(response.status.code))
            return response
        } catch {
            finish(span, method, context, status: (error as? any HTTPResponseError).map { Int($0.status.code) } ?? 500)
            throw error
        }
    }

    /// Which route a request takes is known after it was routed.
    private func finish(_ span: ActiveSpan, _ method: String, _ context: Context, status: Int) {
        if let route = context.endpointPath {
            span.rename("\(method) \(route)")
            span.set("http.route", .text(route))
        }
        span.set("http.response.status_code", .integer(status))
        if status >= 500 { span.fail("HTTP \(status)") }
    }
}
