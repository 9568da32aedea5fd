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
        caller.address = client.address
        caller.requestNumber = DecisionCaller.nextRequestNumber()
        for name in telemetry.log?.headers ?? [] {
            let values = head.headers[name].map { Redaction.value($0, of: name) }
            if !values.isEmpty { caller.headers.append((name, values)) }
        }
        let request = handler.map { handler in
            ObservedRequest(telemetry, handler, method: head.method.rawValue, path: head.uri) { head.headers.first(name: $0) }
        }
        caller.span = request?.span
        return Observed(request: request, caller: caller)
    }

    /// A request under way; nothing is counted or traced where it has no handler.
    struct Observed: Sendable {
        fileprivate let request: ObservedRequest?
        let caller: DecisionCaller

        /// The answer, which is counted when it is there.
        func observing(_ answer: Answer) -> Answer {
            switch answer {
            case .now(let response):
                request?.end(status: Int(response.status.code))
                return answer
            case .later(let start):
                return .later { cancellation in
                    start(cancellation).always { result in
                        switch result {
                        case .success(let response): request?.end(status: Int(response.status.code))
                        case .failure(let error): request?.end(status: ServiceError(answering: error).status.code)
                        }
                    }
                }
            }
        }
    }
}
