import Foundation
import Support
import Synchronization
import Testing

/// What answers when a decision cannot be made: in the order that the configuration allows, and said in every place.
@Suite struct FallbackTests {
    private static func policy(_ url: String) -> String {
        """
        package app

        role(options) := http.send(object.union({"method": "get", "url": "\(url)/role", "timeout": "5s"}, options)).body.role

        allow := role({"headers": {"X-User": input.user}}) == "admin"

        other := role({})

        handled := http.send({"method": "get", "url": "\(url)/role", "raise_error": false}).status_code

        long := count([x | some x in numbers.range(1, input.n); x % 7 == 0])
        """
    }

    private static let configuration = """
        decision_logs: {console: true}
        fallbacks:
          app/allow: {fresh_seconds: 600, stale_seconds: 3600, default: false}
          app/handled: {default: 99}
          /app/long: {fresh_seconds: 600, default: -1}
        """

    private static func ask(_ service: RunningService, _ path: String, _ body: String) async throws -> (value: JSON, fallback: String?) {
        let answer = try await service.client.ask("POST", path, body: Data(body.utf8))
        #expect(answer.status == 200, "\(path): \(answer.body)")
        return (try JSONDecoder().decode(JSON.self, from: Data(answer.body.utf8)), answer.headers["verdict-fallback"])
    }

    @Test func anUpstreamThatIsAway() async throws {
        let isThere = Mutex(true)
        let server = try await LoopbackServer { request in
            guard isThere.withLock({ $0 }) else { return .close }
            let role = request.header("X-User") == "ada" ? "admin" : "guest"
            return .text(#"{"role": "\#(role)"}"#, headers: [("Content-Type", "application/json")])
        }
        let folder = try TemporaryFolder(files: ["p.rego": Self.policy(server.url), "c.yaml": Self.configuration])
        let service = try await RunningService.started(["-c", "c.yaml", "p.rego"], in: folder.url)
        let ada = #"{"input": {"user": "ada"}}"#, eve = #"{"input": {"user": "eve"}}"#
        let good = try await Self.ask(service, "/v1/data/app/allow", ada)
        #expect(good.value["result"] == .boolean(true) && good.fallback == nil && good.value["fallback"] == nil)
        isThere.withLock { $0 = false }
        // The same question: what was decided before, and said to be so.
        let cached = try await Self.ask(service, "/v1/data/app/allow", ada)
        #expect(cached.value["result"] == .boolean(true) && cached.fallback?.hasPrefix("cached; age=") == true, "\(cached)")
        #expect(cached.value["fallback"]?["source"] == .string("cached") && cached.value["fallback"]?["reason"] == .string("a service that the policy asks is away"))
        // Another question has no earlier answer, nor has another way of asking.
        let unknown = try await Self.ask(service, "/v1/data/app/allow", eve)
        #expect(unknown.value["result"] == .boolean(false) && unknown.fallback == "default")
        #expect(try await Self.ask(service, "/v0/data/app/allow", #"{"user": "ada"}"#) == (.boolean(false), "default"))
        // What has no fallback, and what handles the outage itself, is as it ever was.
        #expect(try await Self.ask(service, "/v1/data/app/other", ada).value["result"] == nil)
        let handled = try await Self.ask(service, "/v1/data/app/handled", ada)
        #expect(handled.value["result"] == .number(0) && handled.fallback == nil)
        // Other data: the earlier answer is no longer of today's policies.
        #expect(try await service.client.ask("PUT", "/v1/data/extra", body: Data("1".utf8)).status == 204)
        let stale = try await Self.ask(service, "/v1/data/app/allow", ada)
        #expect(stale.value["result"] == .boolean(true) && stale.fallback?.hasPrefix("stale; age=") == true)
        // It is back, and decides again.
        isThere.withLock { $0 = true }
        try await Waiting.until { try await Self.ask(service, "/v1/data/app/allow", ada).fallback == nil }
        let metrics = try await service.client.ask("GET", "/metrics").body
        #expect(metrics.contains("verdict_fallback_answers_total{path=\"app/allow\",source=\"default\"} 2\n"))
        #expect(metrics.contains("verdict_fallback_answers_total{path=\"app/allow\",source=\"cached\"} 1\n") && metrics.contains("verdict_fallback_cache_entries "))
        #expect(await service.stop() == 0)
        let events = service.logText.split(separator: "\n").compactMap { try? JSONDecoder().decode(JSON.self, from: Data($0.utf8)) }.filter { $0["decision_id"] != nil }
        let sources = events.compactMap { $0["custom"]?["fallback"]?["source"] }
        #expect(sources.prefix(4) == [.string("cached"), .string("default"), .string("default"), .string("stale")], "\(sources)")
        #expect(events.first?["custom"] == nil && events.dropFirst().first?["result"] == .boolean(true))
    }

    @Test func aBudgetThatIsExhausted() async throws {
        let folder = try TemporaryFolder(files: ["p.rego": Self.policy("http://127.0.0.1:9"), "c.yaml": Self.configuration])
        let service = try await RunningService.started(["-c", "c.yaml", "--step-budget", "50000", "p.rego"], in: folder.url)
        #expect(try await Self.ask(service, "/v1/data/app/long", #"{"input": {"n": 70}}"#).value["result"] == .number(10))
        let exhausted = try await Self.ask(service, "/v1/data/app/long", #"{"input": {"n": 100000}}"#)
        #expect(exhausted.value["result"] == .number(-1) && exhausted.fallback == "default")
        #expect(exhausted.value["fallback"]?["reason"] == .string("the decision's budget was exhausted"))
        #expect(await service.stop() == 0)
    }

    /// Without a section nothing stands in for anything.
    @Test func offUnlessAsked() async throws {
        let folder = try TemporaryFolder(files: ["p.rego": Self.policy("http://127.0.0.1:9")])
        let service = try await RunningService.started(["--step-budget", "50000", "p.rego"], in: folder.url)
        #expect(try await service.client.ask("POST", "/v1/data/app/allow", body: Data(#"{"input": {"user": "ada"}}"#.utf8)).body == "{}\n")
        #expect(try await service.client.ask("POST", "/v1/data/app/long", body: Data(#"{"input": {"n": 100000}}"#.utf8)).status == 500)
        #expect(try await !service.client.ask("GET", "/metrics").body.contains("verdict_fallback"))
        #expect(await service.stop() == 0)
    }
}
