import Discovery
import Foundation
import NIOCore
import NIOHTTP1
import Observability
import Rego
import Resilience
import Routing
import TokenSecurity

/// Asks other instances for a decision, through `Upstream`.
struct DecisionForwarding: Sendable {
    let services: [String: ForwardingService]
    let propagation: TokenPropagation?
    let metrics: RoutingMetrics
    /// Nothing is forwarded twice: instances that name each other would go on forever.
    static let mark = "Verdict-Forwarded"
    private static let passedOn = ["content-type", "verdict-criticality", "traceparent", "tracestate", "baggage"]

    /// The first answer of the pool's services in their order for the caller; nil where none of them answers.
    func answer(_ request: DecisionRequest, _ plan: RoutingPlan, _ pool: Route.Pool) async -> ServerResponse? {
        let names = pool.choice == .hash ? RendezvousOrder.of(pool.services, key: plan.key ?? "") : pool.services
        for name in names {
            guard let service = services[name] else { continue }
            let response = try? await send(request, plan, to: service)
            metrics.countForwarded(to: name, isAnswered: response != nil)
            if let response { return response }
        }
        return nil
    }

    private struct Unanswered: Error {}

    private func send(_ request: DecisionRequest, _ plan: RoutingPlan, to service: ForwardingService) async throws -> ServerResponse {
        var outgoing = UpstreamRequest(request.method, service.url + request.uri, body: Array(request.body.readableBytesView))
        outgoing.headers = service.headers.map { .init($0.key, $0.value) } + [.init(Self.mark, "1"), .init(Intent.header, plan.intent.rawValue)]
        for name in Self.passedOn { for value in request.headers[name] { outgoing.headers.append(.init(name, value)) } }
        if let span = request.caller.span {
            outgoing.headers.removeAll { ["traceparent", "tracestate"].contains($0.name) }
            outgoing.headers += span.context.headers.map { .init($0.name, $0.value) }
        }
        if let token = request.caller.token, let destination = propagation?.destination(service: service.name) {
            let value = try await propagation?.authorization(for: destination, about: token, now: Date().timeIntervalSince1970)
            if let value { outgoing.headers.append(.init("Authorization", value.reveal())) }
        }
        outgoing.context = request.caller.context
        // A decision changes nothing.
        outgoing.isIdempotent = true
        let response = try await service.upstream.send(outgoing)
        guard response.status < 500 else { throw Unanswered() }
        var answer = ServerResponse(status: HTTPResponseStatus(statusCode: response.status), headers: [:], body: ByteBuffer(bytes: response.body))
        for name in ["Content-Type", RoutedDecisions.routeHeader, RoutedDecisions.revisionHeader] { if let value = response.header(name) { answer.headers.add(name: name, value: value) } }
        return answer
    }
}
