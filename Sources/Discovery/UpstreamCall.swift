import FaultInjection
import Resilience

/// One call of an upstream, with all of its tries.
struct UpstreamCall: Sendable {
    let request: UpstreamRequest
    let state: UpstreamState
    let chaos: Chaos?
    /// What travels with the call; has its deadline.
    let context: CallContext
    /// From 1.
    var attempt = 1
    /// Endpoints that could not be reached.
    var avoided: Set<Endpoint> = []

    private static let failoverLimit = 2

    init(_ request: UpstreamRequest, _ state: UpstreamState, _ chaos: Chaos?) {
        self.request = request
        self.state = state
        self.chaos = chaos
        var context = request.context ?? CallContext()
        if let own = request.callDeadline.map({ state.time.now + $0 }) { context.deadline = min(own, context.deadline ?? own) }
        self.context = context
    }

    var tags: [String: String] { ["upstream": state.name] }

    /// The time that the next try may take.
    ///
    /// - Throws: `UpstreamError` where there is none left.
    func timeForAttempt() throws(UpstreamError) -> Duration {
        guard let remaining = context.remaining(at: state.time.now) else { return request.deadline }
        guard remaining > .zero else { throw failure(.deadlineExceeded, "the time for the call is over") }
        return min(remaining, request.deadline)
    }

    /// Whether the call may be made again after a result.
    func mayRepeat(after result: Result<UpstreamResponse, UpstreamError>) -> Bool {
        if case .failure(let error) = result, error.isUnsent { return true }
        return request.isIdempotent ?? Idempotency.mayRepeat(method: request.method, hasKey: request.header(Idempotency.keyHeader) != nil)
    }

    /// Whether a result is reason to go to another endpoint at once.
    func isFailover(_ result: Result<UpstreamResponse, UpstreamError>) -> Bool {
        guard case .failure(let error) = result, error.isUnsent, state.hasResolver else { return false }
        return avoided.count <= Self.failoverLimit
    }

    func failure(_ code: UpstreamError.Code, _ reason: String) -> UpstreamError {
        UpstreamError(code, request: "\(request.method) \(UpstreamError.withoutSecrets(request.url))", reason: reason)
    }
}
