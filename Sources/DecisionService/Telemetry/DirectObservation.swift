import Governance
import HTTPTypes
import NIOCore
import NIOHTTP1
import Observability
import Rego

/// Counts and traces the requests that do not go through the router, as `RequestObservation` does for those that do.
struct DirectObservation: Sendable {
    let telemetry: Telemetry

    func begin(_ head: HTTPRequestHead, _ handler: RequestMetrics.Handler?, from client: Client) -> Observed {
        var caller = DecisionCaller()
        caller.address = client.channel.remoteAddress
        caller.requestNumber = DecisionCaller.nextRequestNumber()
        for name in telemetry.log?.headers ?? [] {
            let values = head.headers[name]
            if !values.isEmpty { caller.headers.append((name, values)) }
        }
        if let handler, let tracer = telemetry.tracer {
            let parent = TraceContext(
                traceparent: head.headers.first(name: "traceparent"), tracestate: head.headers.first(name: "tracestate"), baggage: head.headers.first(name: "baggage"))
            caller.span = tracer.begin(handler.rawValue, parent: parent, at: WallClock.nanoseconds())
        }
        return Observed(telemetry: telemetry, handler: handler, method: head.method.rawValue, uri: head.uri, caller: caller, start: .now)
    }

    /// A request under way.
    struct Observed: Sendable {
        fileprivate let telemetry: Telemetry
        fileprivate let handler: RequestMetrics.Handler?
        fileprivate let method: String
        fileprivate let uri: String
        let caller: DecisionCaller
        fileprivate let start: ContinuousClock.Instant

        /// The answer, which is counted when it is there.
        func observing(_ answer: Answer) -> Answer {
            switch answer {
            case .now(let response):
                end(Int(response.status.code))
                return answer
            case .later(let start):
                return .later { cancellation in
                    start(cancellation).always { result in
                        switch result {
                        case .success(let response): end(Int(response.status.code))
                        case .failure(let error): end(ServiceError(answering: error).status.code)
                        }
                    }
                }
            }
        }

        private func end(_ status: Int) {
            guard let handler else { return }
            telemetry.requests.observe(handler, method: method, status: status, duration: .now - start)
            guard let span = caller.span else { return }
            span.set("http.request.method", .text(method))
            span.set("url.path", .text(String(uri.prefix { $0 != "?" })))
            span.set("http.response.status_code", .integer(status))
            if status >= 500 { span.fail("HTTP \(status)") }
            span.end(at: WallClock.nanoseconds())
        }
    }
}
