import Discovery
import Foundation
import Gatekeeper
import Observability
import Rego
import Resilience
import Support
import Testing

/// A service is guarded by decisions of this process or of another one: what happens when they change, and when there are none.
@Suite(.serialized) struct GatekeeperTests {
    private static let policy = """
        package shop

        default allow := false

        allow if input.attributes.request.http.headers["x-key"] == data.keys[_]
        """
    private static let key = ["X-Key": "open"]

    private static func remote(_ address: String) -> RemoteDecisionPoint {
        var settings = UpstreamSettings(name: "decisions")
        settings.breaker?.openDuration = .milliseconds(200)
        return RemoteDecisionPoint("http://\(address)", path: ["shop", "allow"], upstream: Upstream(settings), deadline: .seconds(2))
    }

    private static func statuses(_ service: GuardedService, _ headers: [String: String] = key) async throws -> [Int] {
        var statuses: [Int] = []
        for path in GuardedService.paths { for method in ["GET", "POST", "DELETE"] { statuses.append(try await service.client.ask(method, path, headers: headers).status) } }
        return statuses
    }

    @Test func nothingPassesWhileTheDecisionServiceIsAway() async throws {
        let folder = try TemporaryFolder(files: ["p.rego": Self.policy, "data.json": #"{"keys": ["open"]}"#])
        let decisions = try await RunningService.started(["."], in: folder.url)
        var settings = AccessGuard.Settings()
        settings.failOpen = ["GET /status/*"]
        let accessGuard = AccessGuard(Self.remote(decisions.address), settings: settings)
        let service = try await GuardedService(accessGuard)
        #expect(Set(try await Self.statuses(service)) == [200])
        #expect(Set(try await Self.statuses(service, [:])) == [403])
        #expect(await decisions.stop() == 0)
        let before = service.requests.count
        let statuses = try await Self.statuses(service)
        #expect(statuses.filter { $0 == 200 }.count == 1 && statuses.filter { $0 == 503 }.count == statuses.count - 1, "\(statuses)")
        // The one is the route that may, and it is counted.
        #expect(service.requests.count == before + 1 && service.requests.last?.path == "/status/up")
        #expect(accessGuard.metrics.failedOpenCounts == ["GET /status/*": 1])
        #expect(accessGuard.metrics.failedClosedCount == statuses.count - 1)
        #expect(accessGuard.metrics.metricFamilies.contains { $0.name == "gatekeeper_fail_open_total" && $0.samples.first?.value == 1 })
    }

    @Test(arguments: ["", "nonsense", "{\"result\": \"yes\"}", "{\"result\": {\"allowed\": true, \"headers\": 1}}", "{}"])
    func answersThatAreNoYesLetNothingPass(_ answer: String) async throws {
        let decisions = try await LoopbackServer { _ in .text(answer) }
        let service = try await GuardedService(AccessGuard(Self.remote("127.0.0.1:\(decisions.port)")))
        let status = try await service.client.ask("GET", "/orders", headers: Self.key).status
        #expect(status == (answer == "{}" ? 403 : 503))
        #expect(service.requests.isEmpty)
    }

    @Test func aPermissionThatIsTakenBackEndsWithTheNextRequest() async throws {
        let folder = try TemporaryFolder(files: ["p.rego": Self.policy, "data.json": #"{"keys": ["open"]}"#])
        let decisions = try await RunningService.started(["."], in: folder.url)
        let remote = try await GuardedService(AccessGuard(Self.remote(decisions.address)))
        for _ in 0..<5 {
            #expect(try await remote.client.ask("GET", "/orders", headers: Self.key).status == 200)
            #expect(try await decisions.client.ask("PUT", "/v1/data/keys", body: Data("[]".utf8)).status == 204)
            #expect(try await remote.client.ask("GET", "/orders", headers: Self.key).status == 403)
            #expect(try await decisions.client.ask("PUT", "/v1/data/keys", body: Data(#"["open"]"#.utf8)).status == 204)
        }
        #expect(await decisions.stop() == 0)
    }

    private static func snapshot(_ keys: Value) throws -> PolicySnapshot {
        try PolicySnapshot(policies: [PolicySource(file: "p.rego", text: policy)], data: .value(["keys": keys]))
    }

    @Test func whatIsKeptEndsWithTheRevision() async throws {
        let point = try EmbeddedDecisionPoint(try Self.snapshot(["open"]), path: ["shop", "allow"])
        var settings = AccessGuard.Settings()
        settings.cacheAge = .seconds(60)
        settings.visibleHeaders = ["x-key"]
        let accessGuard = AccessGuard(point, settings: settings)
        func isAllowed(_ number: Int) async -> Bool {
            let request = CheckRequest(method: "GET", path: "/orders", headers: [("X-Key", "open"), ("X-Request-ID", "\(number)")])
            if case .allowed = await accessGuard.check(request) { return true }
            return false
        }
        for number in 0..<10 { #expect(await isAllowed(number)) }
        #expect(accessGuard.metrics.cachedCount == 9)
        try point.replace(with: try Self.snapshot([]))
        #expect(await !isAllowed(10))
        try point.replace(with: try Self.snapshot(["open"]))
        #expect(await isAllowed(11))
    }

    @Test func aServiceThatDecidesSaysItsRevision() async throws {
        let folder = try TemporaryFolder(files: ["p.rego": Self.policy, "data.json": #"{"keys": ["open"]}"#])
        let decisions = try await RunningService.started(["."], in: folder.url)
        let point = Self.remote(decisions.address), input: Value = ["attributes": ["request": ["http": ["headers": ["x-key": "open"]]]]]
        let first = try await point.answer(to: input), same = try await point.answer(to: input)
        #expect(first.value == true && first.revision != nil && first.revision == same.revision)
        #expect(try await decisions.client.ask("PUT", "/v1/data/keys", body: Data("[]".utf8)).status == 204)
        let second = try await point.answer(to: input)
        #expect(second.value == false && second.revision != nil && second.revision != first.revision)
        #expect(await decisions.stop() == 0)
    }

    @Test func headersAndObligationsOfTheDecision() async throws {
        let policy = """
            package shop

            allow := {
              "allowed": true, "headers": {"X-User": "ada"}, "response_headers_to_add": {"X-Decided": "yes"}, "request_headers_to_remove": ["X-Key"],
              "obligations": [{"id": input.attributes.request.http.headers["x-obligation"], "level": 3}],
            }
            """
        let snapshot = try PolicySnapshot(policies: [PolicySource(file: "p.rego", text: policy)])
        let accessGuard = AccessGuard(try EmbeddedDecisionPoint(snapshot, path: ["shop", "allow"]))
        struct Failure: Error {}
        let service = try await GuardedService(accessGuard, obligations: ["audit": { _, _, _ in }, "broken": { _, _, _ in throw Failure() }])
        func ask(_ obligation: String) async throws -> Client.Answer {
            try await service.client.ask("GET", "/orders", headers: ["X-Obligation": obligation, "X-Key": "k", "X-User": "root", "X-Forwarded-User": "root"])
        }
        let answer = try await ask("audit")
        #expect(answer.status == 200 && answer.headers["x-decided"] == "yes")
        let seen = try #require(service.requests.first)
        #expect(seen.headers["x-user"] == "ada" && seen.headers["x-key"] == nil && seen.headers["x-forwarded-user"] == nil)
        #expect(seen.obligations == [["id": "audit", "level": 3]])
        // What nobody can do, or fails, lets nothing pass.
        for obligation in ["unknown", "broken"] { #expect(try await ask(obligation).status == 403) }
        #expect(service.requests.count == 1)
    }

    @Test func theQuestionIsPartOfTheRequestsTrace() async throws {
        let decisions = try await LoopbackServer { _ in .text(#"{"result": true}"#) }
        let spans = Shared<[ReceivedSpan]>([])
        let exporter = SpanExporter(resource: [("service.name", .text("shop"))], version: "1", logger: RecordedLog().logger) { body in
            spans.withLock { $0 += ReceivedSpan.read(body) ?? [] }
        }
        let accessGuard = AccessGuard(Self.remote("127.0.0.1:\(decisions.port)"))
        let service = try await GuardedService(accessGuard, tracer: Tracer(sampler: Sampler(share: 1), exporter: exporter))
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736", parent = "00f067aa0ba902b7"
        for header in ["00-\(trace)-\(parent)-01", "00-\(trace)-\(parent)", "nonsense"] { #expect(try await service.client.ask("GET", "/orders/42", headers: ["traceparent": header]).status == 200) }
        let running = Task { try await exporter.run() }
        try await Waiting.until { spans.withLock { $0.count } == 6 }
        running.cancel()
        let received = spans.withLock { $0 }
        for question in received.filter({ $0.kind == 3 }) {
            let request = try #require(received.first { $0.identifier == question.parent })
            #expect(request.trace == question.trace && request.name == "GET /orders/42" && request.attributes["http.response.status_code"] == "200")
            #expect(question.attributes["peer.service"] == "decisions" && decisions.requests.contains { $0.header("traceparent") == "00-\(question.trace)-\(question.identifier)-01" })
        }
        #expect(OpenMetricsText.write(accessGuard.metrics.metricFamilies).contains("trace_id="))
        // What is no trace begins a new one.
        #expect(received.filter { $0.trace == trace && $0.parent == parent }.count == 1 && Set(received.map(\.trace)).count == 3)
    }

    @Test func strangersDoNotChooseTheirTrace() async throws {
        let spans = Shared<[ReceivedSpan]>([])
        let exporter = SpanExporter(resource: [("service.name", .text("shop"))], version: "1", logger: RecordedLog().logger) { body in
            spans.withLock { $0 += ReceivedSpan.read(body) ?? [] }
        }
        let accessGuard = AccessGuard(try EmbeddedDecisionPoint(try Self.snapshot(["open"]), path: ["shop", "allow"]))
        let service = try await GuardedService(accessGuard, tracer: Tracer(sampler: Sampler(share: 1), exporter: exporter), trustsCallers: false)
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736", parent = "00f067aa0ba902b7"
        // The second says that it is not to be recorded.
        for flags in ["01", "00"] {
            _ = try await service.client.ask("GET", "/orders/42", headers: ["X-Key": "open", "traceparent": "00-\(trace)-\(parent)-\(flags)", "baggage": "a=b"])
        }
        let running = Task { try await exporter.run() }
        try await Waiting.until { spans.withLock { $0.count } == 2 }
        running.cancel()
        for span in spans.withLock({ $0 }) {
            #expect(span.trace != trace && span.parent.isEmpty)
            #expect(span.links.contains { $0.trace == trace && $0.span == parent })
        }
    }

    @Test func routesOfTheDecisionServiceCanTellCallersApart() async throws {
        let decisions = try await LoopbackServer { _ in .text("{}") }
        let point = RemoteDecisionPoint("http://127.0.0.1:\(decisions.port)", path: ["shop", "allow"], subjectHeader: "X-Subject")
        for input: Value in [["identity": ["sub": "ada"]], ["identity": ["sub": "ada\r\nX-Subject: root"]], ["identity": [:]], [:]] { _ = try await point.answer(to: input) }
        #expect(decisions.requests.map { $0.header("X-Subject") } == ["ada", nil, nil, nil])
    }

    @Test func theGuardIsQuick() async throws {
        let folder = try TemporaryFolder(files: ["p.rego": Self.policy, "data.json": #"{"keys": ["open"]}"#])
        let decisions = try await RunningService.started(["."], in: folder.url)
        for (name, point) in [
            ("embedded", try EmbeddedDecisionPoint(try Self.snapshot(["open"]), path: ["shop", "allow"]) as any DecisionPoint), ("service", Self.remote(decisions.address)),
        ] {
            let accessGuard = AccessGuard(point)
            let request = CheckRequest(method: "GET", path: "/orders", headers: [("X-Key", "open")])
            var durations: [Duration] = []
            for _ in 0..<500 {
                let start = ContinuousClock.now
                if case .allowed = await accessGuard.check(request) {} else { Issue.record("was not allowed") }
                durations.append(.now - start)
            }
            durations.sort()
            Measurement.note("p50 and p99 of the guard, \(name)", "\(durations[250]), \(durations[494])")
        }
        #expect(await decisions.stop() == 0)
    }
}
