import FaultInjection
import Foundation
import Observability
import Resilience

/// What lies around a try, from the outside in; `Upstream.attempt` puts it together.
extension Upstream {
    /// Breaker and bulkhead: makes the call only where both let it, and tells the breaker how it went.
    func guarded<Success>(_ call: UpstreamCall, _ work: () async throws(UpstreamError) -> (response: UpstreamResponse, endpoint: Success)) async throws(UpstreamError) -> (
        response: UpstreamResponse, endpoint: Success
    ) {
        let permit: UpstreamBreakers.Permit
        do throws(SharedBreaker.Refusal) { permit = try call.state.admit(call.request.url) } catch { throw Self.described(error, call) }
        guard await call.state.enter() else {
            call.state.record(.ignored, of: permit, took: .zero)
            throw call.failure(.overloaded, "too many calls of '\(call.state.name)' are under way")
        }
        defer { call.state.leave() }
        let start = call.state.time.now
        do {
            let answer = try await work()
            call.state.record(Self.outcome(of: answer.response), of: permit, took: call.state.time.now - start)
            return answer
        } catch {
            call.state.record(error.saysNothing ? .ignored : .failure(), of: permit, took: call.state.time.now - start, isUnsent: error.isUnsent)
            throw error
        }
    }

    private static func described(_ refusal: SharedBreaker.Refusal, _ call: UpstreamCall) -> UpstreamError {
        let rejection = refusal.rejection
        let seconds = max(1, Int((rejection.retryAfter / .seconds(1)).rounded(.up)))
        var error = call.failure(.circuitOpen, "the circuit breaker of '\(refusal.breaker)' is open: \(rejection.reason); it is tried again in \(seconds) s")
        error.root = rejection.root ?? refusal.breaker
        error.retryAfter = rejection.retryAfter
        return error
    }

    private static func outcome(of response: UpstreamResponse) -> CircuitBreaker.Outcome {
        let root = response.header(UpstreamError.rootHeader), retryAfter = response.header("Retry-After").flatMap { RetryAfter.parse($0) }
        return switch response.status {
        // The upstream works; what it depends on fails, but is still asked.
        case 500...599 where root != nil && retryAfter == nil: .ignored
        case 500...599 where response.status != 501 && response.status != 505: .failure(root: root, retryAfter: retryAfter)
        case 429: .ignored
        default: .success
        }
    }

    /// Resolution and balancing: chooses an endpoint, and tells the balancer how the call went.
    func balanced(_ call: UpstreamCall, _ work: (Endpoint?) async throws(UpstreamError) -> UpstreamResponse) async throws(UpstreamError) -> (
        response: UpstreamResponse, endpoint: Endpoint?
    ) {
        let endpoint: Endpoint?
        do throws(ResolutionFailure) { endpoint = try await call.state.pick(avoiding: call.avoided, call.chaos) } catch {
            throw call.failure(.unresolved, error.description)
        }
        let start = call.state.time.now
        do {
            let response = try await work(endpoint)
            call.state.finish(endpoint, succeeded: response.status < 500, took: call.state.time.now - start)
            return (response, endpoint)
        } catch {
            call.state.finish(endpoint, succeeded: error.saysNothing ? nil : false, took: call.state.time.now - start)
            if error.isUnsent { call.state.invalidateEndpoints() }
            var error = error
            error.endpoint = endpoint
            throw error
        }
    }

    /// Identity: says who asks.
    func identify(_ request: inout UpstreamRequest, _ call: UpstreamCall) async throws(UpstreamError) {
        let value: String
        switch credentials {
        case .none: return
        case .bearer(let token): do { value = try token.headerValue() } catch { throw call.failure(.credentials, error.reason) }
        case .oauth2(let client): do { value = try await client.headerValue() } catch { throw call.failure(.credentials, error.reason) }
        }
        request.headers.removeAll { $0.name.lowercased() == "authorization" }
        request.headers.append(.init("Authorization", value))
    }

    /// Trace: each try is a span of the work that it is made for, and carries that trace on, unless the request has one already.
    func traced(
        _ request: UpstreamRequest, _ call: UpstreamCall, _ work: (UpstreamRequest) async throws(UpstreamError) -> UpstreamResponse
    ) async throws(UpstreamError) -> UpstreamResponse {
        guard let parent = ActiveSpan.current, request.header("traceparent") == nil else { return try await work(request) }
        let span = parent.begin("HTTP \(request.method)", kind: .client, at: Self.now)
        defer { span.end(at: Self.now) }
        span.set("http.request.method", .text(request.method))
        span.set("url.full", .text(UpstreamError.withoutSecrets(request.url)))
        span.set("peer.service", .text(call.state.name))
        if call.attempt > 1 { span.set("http.request.resend_count", .integer(call.attempt - 1)) }
        var request = request
        request.headers += span.context.headers.map { .init($0.name, $0.value) }
        do {
            let response = try await work(request)
            span.set("http.response.status_code", .integer(response.status))
            if response.status >= 500 { span.fail("HTTP \(response.status)") }
            return response
        } catch {
            span.fail(error.code.rawValue)
            throw error
        }
    }

    /// Nanoseconds since 1970.
    private static var now: Int64 { Int64(Date().timeIntervalSince1970 * 1e9) }

    /// Chaos: makes the call go wrong where an experiment wants it to. What it delays takes its time from the try's.
    ///
    /// - Parameter work: given the time that it may take.
    func disturbed(
        _ call: UpstreamCall, _ work: (Duration) async throws(UpstreamError) -> UpstreamResponse
    ) async throws(UpstreamError) -> UpstreamResponse {
        let time = try call.timeForAttempt()
        guard let chaos = call.chaos, chaos.isActive else { return try await settled(time, work) }
        let end = call.state.time.now + time
        try await pass(chaos, .connect, call, until: end)
        try await pass(chaos, .request, call, until: end)
        var response = try await settled(end - call.state.time.now, work)
        guard let fault = chaos.fault(at: .response, call.tags) else { return response }
        if let delay = fault.delay(for: response.body.count) { try await wait(delay, call, until: end) }
        if let failure = fault.failure { throw call.failure(.connection, failure.description) }
        if case .status(let status) = fault.fault { return UpstreamResponse(status: status, reason: "Injected") }
        response.body = fault.altered(response.body)
        return response
    }

    private func pass(_ chaos: Chaos, _ point: HookPoint, _ call: UpstreamCall, until end: ContinuousClock.Instant) async throws(UpstreamError) {
        guard let fault = chaos.fault(at: point, call.tags) else { return }
        if let delay = fault.delay { try await wait(delay, call, until: end) }
        guard let failure = fault.failure else { return }
        var error = call.failure(.connection, failure.description)
        error.isUnsent = point == .connect
        throw error
    }

    /// Waits as long as an experiment wants, or as long as there is time.
    private func wait(_ delay: Duration, _ call: UpstreamCall, until end: ContinuousClock.Instant) async throws(UpstreamError) {
        let left = end - call.state.time.now
        do { try await call.state.time.sleep(for: min(delay, left)) } catch { throw call.failure(.cancelled, "cancelled") }
        if delay >= left { throw call.failure(.deadlineExceeded, "an experiment delays it beyond its time") }
    }

    /// A token that the server no longer takes is forgotten.
    private func settled(_ time: Duration, _ work: (Duration) async throws(UpstreamError) -> UpstreamResponse) async throws(UpstreamError) -> UpstreamResponse {
        let response = try await work(time)
        if response.status == 401, case .oauth2(let client) = credentials { await client.forget() }
        return response
    }
}
