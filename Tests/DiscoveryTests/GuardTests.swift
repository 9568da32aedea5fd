import Discovery
import FaultInjection
import Foundation
import Resilience
import Support
import Synchronization
import Testing

/// What lies around a call: breaker, bulkhead, budget, deadline, chaos. With real servers.
@Suite struct GuardTests {
    private static let fast = RetryPolicy(maximumAttempts: 3, baseDelay: .milliseconds(1), maximumDelay: .milliseconds(2))

    private static func upstream(_ name: String = "u", retry: RetryPolicy = .never, _ change: (inout UpstreamSettings) -> Void = { _ in }) -> Upstream {
        var settings = UpstreamSettings(name: name)
        settings.breaker?.openDuration = .milliseconds(200)
        change(&settings)
        return Upstream(settings, retry: retry)
    }

    private static func error(_ upstream: Upstream, _ request: UpstreamRequest) async -> UpstreamError? {
        do throws(UpstreamError) {
            _ = try await upstream.send(request)
            return nil
        } catch {
            return error
        }
    }

    // MARK: Breaker

    @Test func theBreakerOpensAndClosesByItself() async throws {
        let status = Mutex(500)
        let server = try await LoopbackServer { _ in .text("", status: status.withLock { $0 }) }
        let upstream = Self.upstream("bundles")
        for _ in 0..<20 { #expect(try await upstream.send(UpstreamRequest("GET", server.url)).status == 500) }
        let refused = try #require(await Self.error(upstream, UpstreamRequest("GET", server.url)))
        #expect(refused.code == .circuitOpen && refused.root == "bundles" && !refused.isTransient)
        #expect(refused.description.contains("the circuit breaker of 'bundles' is open: 20 of 20 calls failed"), "\(refused)")
        #expect(server.requests.count == 20)
        #expect(upstream.shared?.report().breaker.state == "open")
        status.withLock { $0 = 200 }
        while await Self.error(upstream, UpstreamRequest("GET", server.url)) != nil { try await Task.sleep(for: .milliseconds(10)) }
        for _ in 0..<2 { _ = try await upstream.send(UpstreamRequest("GET", server.url)) }
        let report = try #require(upstream.shared?.report())
        #expect(report.breaker.state == "closed" && report.breaker.transitions == 3 && report.counts.breakerRejections >= 1)
    }

    @Test func unusableAnswersOpenItToo() async throws {
        let server = try await LoopbackServer { _ in .text("no archive") }
        let upstream = Self.upstream()
        for _ in 0..<20 {
            _ = try await upstream.send(UpstreamRequest("GET", server.url))
            upstream.recordUnusableAnswer(from: server.url)
        }
        #expect(await Self.error(upstream, UpstreamRequest("GET", server.url))?.code == .circuitOpen)
    }

    @Test func whatDependsOnAnOpenOneIsNotAsked() async throws {
        let isUp = Mutex(false)
        let server = try await LoopbackServer { request in request.target == "/issuer" && !isUp.withLock { $0 } ? .text("", status: 503) : .text("") }
        let issuer = Self.upstream("issuer"), bundles = Self.upstream("bundles") { $0.dependencies = ["issuer"] }
        Upstreams.link(["issuer": try #require(issuer.shared), "bundles": try #require(bundles.shared)])
        for _ in 0..<20 { _ = try await issuer.send(UpstreamRequest("GET", server.url + "/issuer")) }
        let refused = await Self.error(bundles, UpstreamRequest("GET", server.url + "/bundles"))
        #expect(refused?.code == .circuitOpen && refused?.root == "issuer")
        #expect(bundles.shared?.report().breaker.state == "degraded-open" && bundles.shared?.report().breaker.root == "issuer")
        isUp.withLock { $0 = true }
        // Half-open is enough for those above.
        while await Self.error(bundles, UpstreamRequest("GET", server.url + "/bundles")) != nil { try await Task.sleep(for: .milliseconds(10)) }
        #expect(bundles.shared?.report().breaker.state == "closed" && bundles.shared?.report().breaker.transitions == 0)
    }

    @Test func operatorsForceIt() async throws {
        let server = try await LoopbackServer { _ in .text("") }
        let upstream = Self.upstream()
        upstream.shared?.breaker.force(.open, for: .seconds(60))
        #expect(await Self.error(upstream, UpstreamRequest("GET", server.url))?.reason.contains("it was opened by hand") == true)
        #expect(upstream.shared?.report().breaker.state == "forced-open")
        upstream.shared?.breaker.release()
        #expect(try await upstream.send(UpstreamRequest("GET", server.url)).status == 200)
    }

    // MARK: Bulkhead

    @Test func moreThanTheBulkheadTakesIsRefused() async throws {
        let server = try await LoopbackServer.answeringLater { _ in
            try await Task.sleep(for: .milliseconds(400))
            return .text("")
        }
        let upstream = Self.upstream {
            $0.bulkhead.inFlight = 4
            $0.bulkhead.queue = 2
            $0.bulkhead.wait = .milliseconds(30)
        }
        let codes = await withTaskGroup(of: UpstreamError.Code?.self) { group in
            for _ in 0..<20 { group.addTask { await Self.error(upstream, UpstreamRequest("GET", server.url))?.code } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(codes.count { $0 == nil } == 4 && codes.count { $0 == .overloaded } == 16)
        #expect(server.requests.count == 4)
        let report = try #require(upstream.shared?.report())
        #expect(report.inFlight == 0 && report.waiting == 0 && report.counts.bulkheadRejections == 16)
    }

    // MARK: Retries

    /// A thousand clients and an upstream that always fails: the budget bounds what their retries add.
    @Test func retriesAddAtMostAFifth() async throws {
        let server = try await LoopbackServer { _ in .text("", status: 503) }
        let upstream = Self.upstream(retry: RetryPolicy(maximumAttempts: 3, baseDelay: .milliseconds(20))) {
            $0.breaker = nil
            $0.bulkhead.queue = 1000
            $0.bulkhead.wait = .seconds(30)
        }
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<1000 { group.addTask { #expect(await Self.error(upstream, UpstreamRequest("GET", server.url, deadline: .seconds(60))) == nil) } }
        }
        let requests = server.requests.count
        #expect(requests >= 1000 && requests <= 1200, "\(requests)")
        Measurement.note("retry budget", "\(requests) requests for 1000 calls that fail")
        let counts = try #require(upstream.shared?.report().counts)
        #expect(counts.retries == requests - 1000 && counts.budgetExhausted > 500)
    }

    @Test func whatIsNotIdempotentIsSentOnce() async throws {
        let server = try await LoopbackServer { _ in .text("", status: 503) }
        let upstream = Self.upstream(retry: Self.fast)
        #expect(try await upstream.send(UpstreamRequest("POST", server.url)).status == 503)
        #expect(server.requests.count == 1)
        _ = try await upstream.send(UpstreamRequest("POST", server.url, headers: [.init("Idempotency-Key", "a")]))
        #expect(server.requests.count == 4)
        var declared = UpstreamRequest("POST", server.url)
        declared.isIdempotent = true
        _ = try await upstream.send(declared)
        #expect(server.requests.count == 7)
    }

    @Test func onlyOneLayerRepeats() async throws {
        let server = try await LoopbackServer { _ in .text("", status: 503) }
        let upstream = Self.upstream(retry: Self.fast)
        _ = try await upstream.send(UpstreamRequest("GET", server.url))
        #expect(server.requests.map { $0.header("X-Request-Attempt") } == [nil, "2", "3"])
        var inner = UpstreamRequest("GET", server.url)
        inner.context = CallContext(attempt: 2)
        _ = try await upstream.send(inner)
        #expect(server.requests.count == 4)
    }

    @Test func theDeadlineCoversAllTriesAndTravels() async throws {
        let server = try await LoopbackServer.answeringLater { _ in
            try await Task.sleep(for: .milliseconds(200))
            return .text("", status: 503)
        }
        let upstream = Self.upstream(retry: RetryPolicy(maximumAttempts: 100, baseDelay: .milliseconds(1)))
        var request = UpstreamRequest("GET", server.url)
        request.callDeadline = .milliseconds(1500)
        let start = ContinuousClock.now
        _ = await Self.error(upstream, request)
        // A hundred tries would take more than twenty seconds.
        #expect(ContinuousClock.now - start < .seconds(15))
        #expect(server.requests.count < 10, "\(server.requests.count)")
        let left = server.requests.compactMap { $0.header("X-Request-Deadline") }.compactMap { Int($0) }
        #expect(left.count == server.requests.count && zip(left, left.dropFirst()).allSatisfy { $0 > $1 } && left.allSatisfy { $0 <= 1500 }, "\(left)")
    }

    @Test func retryAfterIsObeyedUpToTheDeadline() async throws {
        let times = Mutex<[ContinuousClock.Instant]>([])
        let server = try await LoopbackServer { _ in
            let count = times.withLock { times in
                times.append(.now)
                return times.count
            }
            return count == 1 ? .text("", status: 429, headers: [("Retry-After", "1")]) : .text("")
        }
        let upstream = Self.upstream(retry: Self.fast)
        #expect(try await upstream.send(UpstreamRequest("GET", server.url)).status == 200)
        let seen = times.withLock { $0 }
        #expect(seen.count == 2 && seen[1] - seen[0] >= .milliseconds(990))
        // Where the deadline comes first, the answer is given at once.
        times.withLock { $0 = [] }
        var request = UpstreamRequest("GET", server.url)
        request.callDeadline = .milliseconds(800)
        #expect(try await upstream.send(request).status == 429)
    }

    @Test func slowReadsAreHedged() async throws {
        let isNextSlow = Mutex(false)
        let server = try await LoopbackServer.answeringLater { _ in
            let isSlow = isNextSlow.withLock { isSlow in
                defer { isSlow = false }
                return isSlow
            }
            if isSlow { try await Task.sleep(for: .seconds(20)) }
            return .text("")
        }
        let upstream = Self.upstream(retry: RetryPolicy(maximumAttempts: 1, hedgesReads: true))
        for _ in 0..<30 { _ = try await upstream.send(UpstreamRequest("GET", server.url)) }
        let before = try #require(upstream.shared?.report().counts.hedges)
        isNextSlow.withLock { $0 = true }
        let start = ContinuousClock.now
        _ = try await upstream.send(UpstreamRequest("GET", server.url))
        #expect(ContinuousClock.now - start < .seconds(10))
        #expect(try #require(upstream.shared?.report().counts.hedges) > before)
    }

    // MARK: Chaos

    @Test func experimentsReachTheUpstreamTheyName() async throws {
        let server = try await LoopbackServer { _ in .text("0123456789") }
        var upstream = Self.upstream("keys")
        let chaos = Chaos(seed: 1)
        upstream.chaos = chaos
        func begin(_ point: HookPoint, _ fault: Fault, upstream: String = "keys") throws {
            chaos.endAll(reason: "next")
            try chaos.begin(Experiment(name: "e", hypothesis: "h", point: point, fault: fault, selection: .init(tags: ["upstream": upstream])))
        }
        let request = UpstreamRequest("GET", server.url)
        try begin(.connect, .error("refused"), upstream: "other")
        #expect(try await upstream.send(request).status == 200)
        try begin(.connect, .error("refused"))
        let refused = await Self.error(upstream, request)
        #expect(refused?.code == .connection && refused?.isUnsent == true && server.requests.count == 1)
        try begin(.response, .status(503))
        #expect(try await upstream.send(request).status == 503)
        try begin(.response, .truncate(to: 0.5))
        #expect(try await upstream.send(request).body == Array("01234".utf8))
        try begin(.response, .abort(after: 0.5))
        #expect(await Self.error(upstream, request)?.code == .connection)
        try begin(.request, .latency(.fixed(.milliseconds(150))))
        let start = ContinuousClock.now
        #expect(try await upstream.send(request).status == 200)
        #expect(ContinuousClock.now - start >= .milliseconds(150))
    }
}
