import FaultInjection
import Resilience

/// The only way out of the process: sends a request to another server, guarded by what all callers of that server share.
///
/// A value; copies share connections with all others, and the state of their upstream: breaker, bulkhead, retry budget, endpoints, token. An
/// upstream without a name shares these with all others that ask the same scheme, host and port.
///
///     let upstream = Upstream(credentials: .bearer(.init(.file("/run/token"))), retry: RetryPolicy(maximumAttempts: 3))
///     let response = try await upstream.send(UpstreamRequest("GET", "https://example.com/bundle.tar.gz"))
public struct Upstream: Sendable {
    public var security: TransportSecurity
    public var credentials: Credentials
    /// What happens after transient failures and the answers 408, 425, 429, 502, 503 and 504.
    public var retry: RetryPolicy
    /// Faults to inject; nil for those that the process was started with, if any.
    public var chaos: Chaos?
    /// How requests travel; nil for HTTP.
    public var transport: Transport?
    /// What callers of the upstream share; nil where the upstream has no name.
    public let shared: UpstreamState?

    /// Carries one request to a server, and gives its answer within a time.
    public typealias Transport = @Sendable (_ request: UpstreamRequest, _ time: Duration) async throws(UpstreamError) -> UpstreamResponse

    public init(security: TransportSecurity = .init(), credentials: Credentials = .none, retry: RetryPolicy = .never) {
        self.security = security
        self.credentials = credentials
        self.retry = retry
        shared = nil
    }

    /// An upstream with a name and a state of its own, which its copies share.
    public init(
        _ settings: UpstreamSettings, security: TransportSecurity = .init(), credentials: Credentials = .none, retry: RetryPolicy = .never, time: any TimeAndChance = .system
    ) {
        self.security = security
        self.credentials = credentials
        self.retry = retry
        shared = UpstreamState(settings, time: time)
    }

    /// Sends a request, again where `retry` and the budget say so and the request may be sent twice.
    ///
    /// - Returns: the answer, whatever its status; after the last try also those that are worth another one.
    /// - Throws: why there is no answer.
    public func send(_ request: UpstreamRequest) async throws(UpstreamError) -> UpstreamResponse {
        var call = UpstreamCall(request, shared ?? Upstreams.origin(of: request.url), chaos ?? Chaos.installed)  // deadline
        call.state.recordCall()  // budget
        var tries = Retry(retry)
        while true {
            let result = await hedged(&call)
            guard let wait = pause(after: result, &tries, call) else { return try result.get() }
            do { try await call.state.time.sleep(for: wait) } catch { throw call.failure(.cancelled, "cancelled") }
            call.attempt += 1
        }
    }

    /// One try: here is the order in which everything around it is composed. Another try begins at the top.
    private func attempt(_ call: UpstreamCall) async throws(UpstreamError) -> (response: UpstreamResponse, endpoint: Endpoint?) {
        _ = try call.timeForAttempt()  // deadline
        return try await guarded(call) { () async throws(UpstreamError) in  // breaker and bulkhead
            try await balanced(call) { endpoint async throws(UpstreamError) in  // resolve and balance
                var request = call.request
                if let endpoint { request.url = endpoint.url(for: request.url) }
                try await identify(&request, call)  // identity
                for header in call.context.headers(attempt: call.attempt, at: call.state.time.now) { request.headers.append(.init(header.name, header.value)) }
                return try await traced(request, call) { request async throws(UpstreamError) in  // trace
                    try await disturbed(call) { time async throws(UpstreamError) in  // chaos; what is left of the time by now
                        if let transport { return try await transport(request, time) }
                        return try await HTTPExchange(call: call, request: request, address: endpoint?.address, security: security, time: time).run()  // attempt
                    }
                }
            }
        }
    }

    /// Says that the answer of a URL could not be used, such as a bundle that is no archive: it counts as a failure of the upstream.
    public func recordUnusableAnswer(from url: String) { shared?.recordUnusableAnswer(from: url) }

    // MARK: Tries

    /// How long to wait before another try; nil where there is to be none.
    private func pause(after result: Result<UpstreamResponse, UpstreamError>, _ tries: inout Retry, _ call: UpstreamCall) -> Duration? {
        if call.isFailover(result) { return call.state.withdrawRetry() ? .zero : nil }
        guard Self.isWorthRetrying(result), !call.context.isRepetition, call.mayRepeat(after: result) else { return nil }
        let asked = (try? result.get()).flatMap { $0.header("Retry-After") }.flatMap { RetryAfter.parse($0) }
        var random = call.state.time.generator
        guard case .wait(let wait) = tries.recordFailure(retryAfter: asked, remaining: call.context.remaining(at: call.state.time.now), using: &random) else { return nil }
        return call.state.withdrawRetry() ? wait : nil
    }

    private static func isWorthRetrying(_ result: Result<UpstreamResponse, UpstreamError>) -> Bool {
        switch result {
        case .success(let response): [408, 425, 429, 502, 503, 504].contains(response.status)
        case .failure(let error): error.isTransient
        }
    }

    /// One try, or two of a read where the first takes long; notes endpoints that could not be reached.
    private func hedged(_ call: inout UpstreamCall) async -> Result<UpstreamResponse, UpstreamError> {
        let isHedged = retry.hedgesReads && Idempotency.isRead(method: call.request.method) && call.attempt == 1 && !call.context.isRepetition
        guard isHedged, let delay = call.state.hedgeDelay else { return await Self.result { () async throws(UpstreamError) in try await attempt(call) }.noting(&call) }
        let known = call
        let first = await withTaskGroup(of: Result<(response: UpstreamResponse, endpoint: Endpoint?), UpstreamError>?.self) { group in
            group.addTask { await Self.result { () async throws(UpstreamError) in try await attempt(known) } }
            group.addTask {
                try? await known.state.time.sleep(for: delay)
                guard !Task.isCancelled, known.state.withdrawHedge() else { return nil }
                return await Self.result { () async throws(UpstreamError) in try await attempt(known) }
            }
            defer { group.cancelAll() }
            var last: Result<(response: UpstreamResponse, endpoint: Endpoint?), UpstreamError>?
            for await result in group {
                guard let result else { continue }
                last = result
                if case .success(let answer) = result, answer.response.status < 500 { break }
                // Without a second one under way there is nothing to wait for.
                if group.isEmpty { break }
            }
            return last
        }
        return (first ?? .failure(call.failure(.cancelled, "cancelled"))).noting(&call)
    }

    private static func result<Success>(_ work: () async throws(UpstreamError) -> Success) async -> Result<Success, UpstreamError> {
        do throws(UpstreamError) { return .success(try await work()) } catch { return .failure(error) }
    }
}

extension Result where Success == (response: UpstreamResponse, endpoint: Endpoint?), Failure == UpstreamError {
    /// The answer; an endpoint that could not be reached is not asked again in this call.
    fileprivate func noting(_ call: inout UpstreamCall) -> Result<UpstreamResponse, UpstreamError> {
        switch self {
        case .success(let answer): return .success(answer.response)
        case .failure(let error):
            if error.isUnsent, let endpoint = error.endpoint { call.avoided.insert(endpoint) }
            return .failure(error)
        }
    }
}
