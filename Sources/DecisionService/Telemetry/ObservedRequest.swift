import Observability
import Rego
import ReliabilityBudget

/// A request under way, as metrics and traces show it, whoever answers it.
struct ObservedRequest: Sendable {
    /// Nil where traces are not kept.
    let span: ActiveSpan?
    private let telemetry: Telemetry
    private let handler: RequestMetrics.Handler
    private let method: String
    /// With or without a query.
    private let path: String
    private let start = ContinuousClock.now

    /// - Parameter header: the value of a header field by its name in small letters.
    init(_ telemetry: Telemetry, _ handler: RequestMetrics.Handler, method: String, path: String, header: (String) -> String?) {
        self.telemetry = telemetry
        self.handler = handler
        self.method = method
        self.path = path
        span = telemetry.tracer.map { tracer in
            let parent = TraceContext(traceparent: header("traceparent"), tracestate: header("tracestate"), baggage: header("baggage"))
            return tracer.begin(handler.rawValue, parent: parent, at: WallClock.nanoseconds())
        }
    }

    /// Counts the request, and ends its span.
    func end(status: Int) {
        let duration = ContinuousClock.now - start
        let now = span == nil ? 0 : WallClock.nanoseconds()
        telemetry.requests.observe(handler, method: method, status: status, duration: duration, by: span?.origin(at: now))
        if handler.decides, method == "POST" || method == "GET" { telemetry.serviceLevels?.countAnswer(status: status, nanoseconds: duration.wholeNanoseconds) }
        guard let span else { return }
        span.set("http.request.method", .text(method))
        span.set("url.path", .text(String(path.prefix { $0 != "?" })))
        span.set("http.response.status_code", .integer(status))
        if status >= 500 { span.fail("HTTP \(status)") }
        span.end(at: now)
    }
}

extension RequestMetrics.Handler {
    /// Whether its requests ask for decisions, which objectives are about.
    var decides: Bool {
        switch self {
        case .v0Data, .v1Data, .v1Query, .index: true
        default: false
        }
    }
}
