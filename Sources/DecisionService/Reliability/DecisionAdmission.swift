import NIOCore
import NIOHTTP1
import Observability
import Rego
import ReliabilityBudget
import Routing

/// Asks `AdmissionControl` about requests for decisions, and makes the answers of those that are turned away.
struct DecisionAdmission: Sendable {
    let control: AdmissionControl
    /// How long a decision may take; nil where only its steps are limited.
    let timeBudget: Duration?

    /// - Throws: `ServiceError` with the answer to a request that is turned away on its arrival.
    func check(_ request: DecisionRequest, _ head: HTTPRequestHead, from client: Client) throws(ServiceError) {
        guard !control.isOpen else { return }
        do throws(Refusal) {
            try control.admit(criticality(request), at: ProcessTime.now) { subject in
                switch subject {
                case .identity: request.caller.identity.map(Self.name) ?? client.channel.remoteAddress?.ipAddress
                case .header(let name): head.headers.first(name: name)
                case .route: String(head.uri.prefix { $0 != "?" })
                }
            }
        } catch {
            throw ServiceError(error)
        }
    }

    /// The subject of verified claims, or the identity itself.
    private static func name(_ identity: Value) -> String {
        switch identity["sub"] ?? identity {
        case .string(let text): text
        case let other: other.regoText
        }
    }

    /// What the route says, or the request itself.
    private func criticality(_ request: DecisionRequest) -> Criticality {
        request.plan?.criticality ?? control.settings.classes.criticality(request.headers.first(name: control.settings.classes.header))
    }

    /// Makes a long decision on other threads, unless too many are under way or it waited for too long.
    ///
    /// - Parameter cancellation: set where the decision takes longer than it may.
    func decide(
        _ request: DecisionRequest, by threads: LongWork, on eventLoop: any EventLoop, _ cancellation: Cancellation,
        _ decide: @escaping @Sendable () -> ServerResponse
    ) -> EventLoopFuture<ServerResponse> {
        let ticket: AdmissionControl.Ticket, criticality = criticality(request)
        do throws(Refusal) {
            ticket = try control.begin(criticality, at: ProcessTime.now) { threads.displace(below: criticality) }
        } catch {
            return eventLoop.makeSucceededFuture(ServerResponse(ServiceError(error)))
        }
        let timeBudget = request.plan?.route?.time ?? timeBudget
        let answer = threads.run(on: eventLoop, for: ticket.criticality) { [control] in
            do throws(Refusal) { try control.start(ticket, at: ProcessTime.now) } catch { return ServerResponse(ServiceError(error)) }
            defer { control.end(ticket, at: ProcessTime.now) }
            let expiry = timeBudget.map { budget in eventLoop.scheduleTask(in: TimeAmount(budget)) { cancellation.cancel() } }
            defer { expiry?.cancel() }
            return decide()
        }
        return answer.flatMapErrorThrowing { [control] error in
            // The work never began: it made room, or there is no room for it even to wait.
            guard error is LongWork.Displaced else {
                control.end(ticket, at: nil)
                throw error
            }
            return ServerResponse(ServiceError(control.endDisplaced(ticket)))
        }
    }
}

extension ServiceError {
    /// What a request is answered with that was turned away: 429 where its caller asks too much, 503 where the service cannot do more.
    init(_ refusal: Refusal) {
        let seconds = max(1, Int((refusal.retryAfter / .seconds(1)).rounded(.up)))
        let item = Envelope.object([("code", .value(.string(refusal.reason.rawValue))), ("message", .value(.string(refusal.detail)))])
        self.init(refusal.isCallers ? .tooManyRequests : .overloaded, "\(refusal.detail); ask again in \(seconds) s", errors: [item])
        retryAfter = seconds
    }
}
