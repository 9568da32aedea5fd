import Discovery
import Foundation
import NetworkAccess
import Observability
import Rego
import Resilience
import Synchronization
import TokenSecurity

/// The way out of a policy while it decides about a request: what it asks other servers for is part of that request.
///
/// Each request is a span of its own and carries the trace on (W3C Trace Context); it has no longer than the client waits, and is not repeated
/// where the client repeats already; what kept it from an answer is remembered for the client. Services that may know who asks are told so.
struct RequestNetwork: PolicyNetwork {
    let base: any PolicyNetwork
    let caller: DecisionCaller
    let propagation: TokenPropagation?
    let metrics: TokenMetrics?

    private var span: ActiveSpan? { caller.span }
    private var context: CallContext { caller.context }
    private var failures: DependencyFailures? { caller.failures }

    func send(_ request: OutgoingRequest) throws(NetworkProblem) -> IncomingResponse {
        let child = span?.begin("HTTP \(request.method)", kind: .client, at: WallClock.nanoseconds())
        defer { child?.end(at: WallClock.nanoseconds()) }
        child?.set("http.request.method", .text(request.method))
        do throws(NetworkProblem) {
            let response = try observed(child) { () throws(NetworkProblem) in try send(identified: prepared(request, child)) }
            child?.set("http.response.status_code", .integer(response.status))
            return response
        } catch {
            child?.fail(error.isTimeout ? "timeout" : "no response")
            failures?.record(error.root, wasNeeded: request.isNeeded)
            throw error
        }
    }

    /// Lets the request's span know of breakers that it makes open or close.
    private func observed(_ span: ActiveSpan?, _ work: () throws(NetworkProblem) -> IncomingResponse) throws(NetworkProblem) -> IncomingResponse {
        guard let span, span.isRecorded else { return try work() }
        return try BreakerObservation.$call.withValue({ span.add(.init($0, at: WallClock.nanoseconds())) }) { () -> Result<IncomingResponse, NetworkProblem> in
            do throws(NetworkProblem) { return .success(try work()) } catch { return .failure(error) }
        }.get()
    }

    /// A service that may know who asks is told, and asked in its own way; to nobody else anything of the caller's token goes.
    private func send(identified request: OutgoingRequest) throws(NetworkProblem) -> IncomingResponse {
        guard let propagation, let token = caller.token, let destination = propagation.destination(of: request.url),
            // What the policy itself says counts.
            !request.headers.contains(where: { $0.name.lowercased() == "authorization" })
        else { return try base.send(request) }
        let result = WaitingThreads.wait { () async -> Result<Secret, PropagationError> in
            do throws(PropagationError) {
                return .success(try await propagation.authorization(for: destination, about: token, now: Date().timeIntervalSince1970))
            } catch {
                return .failure(error)
            }
        }
        switch result {
        case .failure(let error):
            metrics?.count(error)
            throw NetworkProblem("service '\(destination.service)' cannot be told who asks: \(error)")
        case .success(let authorization):
            var request = request
            request.headers.append(.init(name: "Authorization", value: authorization.reveal()))
            // Another address than the one that may know is not to be asked.
            request.followsRedirects = false
            return try ProcessNetwork(upstream: destination.upstream).send(request)
        }
    }

    private func prepared(_ request: OutgoingRequest, _ child: ActiveSpan?) throws(NetworkProblem) -> OutgoingRequest {
        var request = request
        let now = ContinuousClock.now
        if let remaining = context.remaining(at: now) {
            guard remaining > .zero else { throw NetworkProblem("the time that the client waits is over", isTimeout: true) }
            let nanoseconds = Int64(remaining.wholeNanoseconds)
            request.timeout = request.timeout > 0 ? min(request.timeout, nanoseconds) : nanoseconds
        }
        if context.isRepetition { request.retries = 0 }
        let carried = (child?.context.headers ?? []) + context.headers(attempt: context.attempt, at: now)
        let known = Set(request.headers.map { $0.name.lowercased() })
        request.headers += carried.filter { !known.contains($0.name.lowercased()) }.map { .init(name: $0.name, value: $0.value) }
        return request
    }

    func addresses(of host: String) throws(NetworkProblem) -> [String] {
        do throws(NetworkProblem) {
            return try base.addresses(of: host)
        } catch {
            failures?.record(error.root, wasNeeded: true)
            throw error
        }
    }
}

/// What kept a decision's requests from an answer.
final class DependencyFailures: Sendable {
    private let state = Mutex<(root: String?, isNeeded: Bool)>((nil, false))

    /// The first service whose circuit breaker is open, as clients are told.
    var root: String? { state.withLock { $0.root } }

    /// Whether there was no answer to a request that the policy fails without.
    var isNeeded: Bool { state.withLock { $0.isNeeded } }

    func record(_ root: String?, wasNeeded: Bool) { state.withLock { $0 = ($0.root ?? root, $0.isNeeded || wasNeeded) } }
}

extension Span.Event {
    fileprivate init(_ transition: BreakerTransition, at time: Int64) {
        var attributes: [(name: String, value: Span.Attribute)] = [
            ("breaker", .text(transition.breaker)), ("from", .text(transition.from.rawValue)), ("to", .text(transition.to.rawValue)), ("reason", .text(transition.reason)),
        ]
        if let root = transition.root { attributes.append(("root", .text(root))) }
        self.init("breaker.transition", at: time, attributes: attributes)
    }
}
