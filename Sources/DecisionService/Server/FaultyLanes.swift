import FaultInjection
import NIOCore
import NIOHTTP1
import Observability

/// Lets experiments meet requests when they have arrived, and answers before they leave.
///
/// The experiments' own API is spared, so that they can be ended.
struct FaultyLanes: RequestLanes {
    let lanes: any RequestLanes
    let faults: ConnectionFaults

    func answer(_ request: AssembledRequest, from client: Client) -> Answer {
        guard faults.chaos.isActive else { return lanes.answer(request, from: client) }
        let exchange = Exchange(request.head, client)
        guard !exchange.isSpared else { return lanes.answer(request, from: client) }
        guard let fault = faults.chaos.fault(at: .receive, exchange.tags) else { return spoiling(lanes.answer(request, from: client), exchange) }
        return .later { cancellation in
            guard let delay = fault.delay else { return unanswered(fault, exchange) }
            let eventLoop = client.channel.eventLoop
            return eventLoop.scheduleTask(in: TimeAmount(delay)) {}.futureResult.flatMap {
                switch spoiling(lanes.answer(request, from: client), exchange) {
                case .now(let response): eventLoop.makeSucceededFuture(response)
                case .later(let start): start(cancellation)
                }
            }
        }
    }

    /// A request as experiments tell it from others.
    private struct Exchange: Sendable {
        let client: Client
        let path: String
        let tags: [String: String]

        init(_ head: HTTPRequestHead, _ client: Client) {
            self.client = client
            path = String(head.uri.prefix { $0 != "?" })
            tags = ["method": head.method.rawValue, "path": path]
        }

        var isSpared: Bool { path == "/v1/chaos" || path.hasPrefix("/v1/chaos/") }
        var decides: Bool { RequestMetrics.Handler(path: path)?.decides ?? false }
    }

    private func spoiling(_ answer: Answer, _ exchange: Exchange) -> Answer {
        guard let fault = faults.chaos.fault(at: .send, exchange.tags) else { return answer }
        return .later { cancellation in
            let eventLoop = exchange.client.channel.eventLoop
            let response = switch answer {
            case .now(let response): eventLoop.makeSucceededFuture(response)
            case .later(let start): start(cancellation)
            }
            return response.flatMap { response in
                if let delay = fault.delay(for: response.body.readableBytes) { return eventLoop.scheduleTask(in: TimeAmount(delay)) { response }.futureResult }
                switch fault.fault {
                case .error, .drop: return unanswered(fault, exchange)
                default: return eventLoop.makeSucceededFuture(spoiled(response, fault, exchange))
                }
            }
        }
    }

    /// The answer that a fault makes of the right one.
    private func spoiled(_ response: ServerResponse, _ fault: InjectedFault, _ exchange: Exchange) -> ServerResponse {
        faults.recordHarm(decides: exchange.decides)
        var response = response
        switch fault.fault {
        case .status(let status):
            response = ServerResponse(ServiceError(.evaluation, "injected by the experiment '\(fault.experiment)'"))
            response.status = HTTPResponseStatus(statusCode: status)
        case .abort(let share): response.breaksAfter = share
        default: response.body = ByteBuffer(bytes: fault.altered(Array(response.body.readableBytesView)))
        }
        return response
    }

    /// No answer ever: the connection is closed, at once or when its time is over.
    private func unanswered(_ fault: InjectedFault, _ exchange: Exchange) -> EventLoopFuture<ServerResponse> {
        faults.recordHarm(decides: exchange.decides)
        let channel = exchange.client.channel
        let answer = channel.eventLoop.makePromise(of: ServerResponse.self)
        channel.closeFuture.whenComplete { _ in answer.fail(ChannelError.ioOnClosedChannel) }
        if fault.fault == .drop {
            let expiry = channel.eventLoop.scheduleTask(in: faults.patience) { channel.close(promise: nil) }
            channel.closeFuture.whenComplete { _ in expiry.cancel() }
        } else {
            channel.close(promise: nil)
        }
        return answer.futureResult
    }
}
