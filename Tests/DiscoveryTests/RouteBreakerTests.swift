import Discovery
import Foundation
import Resilience
import Support
import Synchronization
import Testing

/// Breakers of routes within an upstream. With real servers.
@Suite struct RouteBreakerTests {
    private static func upstream(_ prefixes: [String], below base: String = "", open: Duration = .seconds(60)) -> Upstream {
        var settings = UpstreamSettings(name: "policies")
        settings.breaker?.openDuration = open
        // However slow the machine is, all calls of a test lie within the window.
        settings.breaker?.windowDuration = .seconds(600)
        settings.routes = prefixes.map { prefix in
            var breaker = CircuitBreaker.Settings()
            breaker.minimumCalls = 5
            breaker.openDuration = open
            breaker.windowDuration = .seconds(600)
            return UpstreamRoute(prefix: prefix, path: base + prefix, breaker: breaker)
        }
        return Upstream(settings)
    }

    private static func error(_ upstream: Upstream, _ url: String) async -> UpstreamError? {
        do throws(UpstreamError) {
            _ = try await upstream.send(UpstreamRequest("GET", url))
            return nil
        } catch {
            return error
        }
    }

    private static func states(_ upstream: Upstream) -> [String: String] {
        let breakers = upstream.shared?.report().breakers ?? []
        return Dictionary(uniqueKeysWithValues: breakers.map { ($0.name, $0.state) })
    }

    @Test func aRouteThatFailsKeepsNobodyFromTheRest() async throws {
        let server = try await LoopbackServer { request in .text("", status: request.target.hasPrefix("/v1/logs") ? 500 : 200) }
        let upstream = Self.upstream(["/logs", "/bundles", "/bundles/slow"], below: "/v1")
        for _ in 0..<40 { _ = await Self.error(upstream, server.url + "/v1/logs?part=1") }
        #expect(server.requests.count == 5)
        let refused = try #require(await Self.error(upstream, server.url + "/v1/logs/a"))
        #expect(refused.code == .circuitOpen && refused.root == "policies/logs" && refused.reason.contains("the circuit breaker of 'policies/logs' is open: 5 of 5 calls failed"), "\(refused)")
        // The others, what only looks alike, and what no route was declared for.
        for path in ["/v1/bundles/a", "/v1/logsome", "/other"] { #expect(await Self.error(upstream, server.url + path)?.code == nil, "\(path)") }
        #expect(Self.states(upstream) == ["policies": "closed", "policies/logs": "open", "policies/bundles": "closed", "policies/bundles/slow": "closed"])
    }

    @Test func aRouteComesBackByItself() async throws {
        let isWell = Mutex(false)
        let server = try await LoopbackServer { _ in .text("", status: isWell.withLock { $0 } ? 200 : 500) }
        let upstream = Self.upstream(["/logs"], open: .milliseconds(100))
        for _ in 0..<5 { _ = await Self.error(upstream, server.url + "/logs") }
        isWell.withLock { $0 = true }
        try await Waiting.until {
            _ = await Self.error(upstream, server.url + "/logs")
            return Self.states(upstream)["policies/logs"] == "closed"
        }
    }

    @Test func theLongestRouteCounts() async throws {
        let server = try await LoopbackServer { request in .text("", status: request.target.hasPrefix("/bundles/slow") ? 500 : 200) }
        let upstream = Self.upstream(["/bundles", "/bundles/slow"])
        for _ in 0..<10 { _ = await Self.error(upstream, server.url + "/bundles/slow/a") }
        #expect(Self.states(upstream) == ["policies": "closed", "policies/bundles": "closed", "policies/bundles/slow": "open"])
        upstream.recordUnusableAnswer(from: server.url + "/bundles")
        let report = try #require(upstream.shared?.report())
        #expect(report.counts.failures == 6 && report.breaker.windowFailures == 0)
    }

    /// The server is not there at all: that is the matter of every route.
    @Test func aServerThatIsAwayOpensTheBreakerOfAll() async throws {
        let server = try await LoopbackServer { _ in .text("") }
        let (url, port) = (server.url, server.port)
        try await server.stop()
        let upstream = Self.upstream(["/logs", "/bundles"])
        Upstreams.link(["policies": try #require(upstream.shared)])
        for number in 0..<20 { _ = await Self.error(upstream, url + (number % 5 == 0 ? "/logs" : "/other")) }
        let refused = await Self.error(upstream, url + "/bundles")
        #expect(refused?.code == .circuitOpen && refused?.root == "policies")
        #expect(Self.states(upstream)["policies"] == "open" && Self.states(upstream)["policies/bundles"] == "degraded-open")
    }

    /// Calls of a route are probes enough.
    @Test func aServerThatComesBackIsAskedAgain() async throws {
        let server = try await LoopbackServer { _ in .text("") }
        let (url, port) = (server.url, server.port)
        try await server.stop()
        let upstream = Self.upstream(["/bundles"], open: .milliseconds(100))
        for _ in 0..<20 { _ = await Self.error(upstream, url) }
        let again = try await LoopbackServer(at: .port(port)) { _ in .text("") }
        try await Waiting.until {
            _ = await Self.error(upstream, again.url + "/bundles")
            return Self.states(upstream)["policies"] == "closed"
        }
    }

    @Test func transitionsAreTold() async throws {
        let server = try await LoopbackServer { _ in .text("", status: 500) }
        let upstream = Self.upstream(["/told"])
        let seen = Mutex<[BreakerTransition]>([])
        await BreakerObservation.$call.withValue({ transition in seen.withLock { $0.append(transition) } }) {
            for _ in 0..<8 { _ = await Self.error(upstream, server.url + "/told") }
        }
        #expect(seen.withLock { $0 } == [BreakerTransition(breaker: "policies/told", from: .closed, to: .open, reason: "5 of 5 calls failed", root: nil)])
        let open = CircuitBreaker.Change(from: .closed, to: .open)
        #expect(upstream.shared?.report().routes.first?.changes == [open: 1])
    }
}
