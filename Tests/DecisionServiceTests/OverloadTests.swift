import Archives
import Foundation
import Governance
import Support
import Synchronization
import Testing

/// What the service does when more is asked of it than it can or may give.
@Suite struct OverloadTests {
    private static let policy = """
        package app

        # More steps than an event loop takes upon itself.
        long := count([x | some x in numbers.range(1, 150000); x % 7 == input.n])

        longer := count([x | some x in numbers.range(1, 600000); x % 7 == input.n])

        short := input.n

        failing := 1
        failing := 2 if input.fails
        """

    private static let request = Data(#"{"input": {"n": 0}}"#.utf8)

    private final class Flag: Sendable {
        private let value = Atomic<Bool>(false)
        var isRaised: Bool { value.load(ordering: .relaxed) }
        func raise() { value.store(true, ordering: .relaxed) }
    }

    /// Four long decisions at a time; twenty clients ask as fast as they can, two of them for something critical.
    @Test func aBurstShedsTheLowestClassAndAnswersTheCritical() async throws {
        let folder = try TemporaryFolder(files: ["p.rego": Self.policy])
        let limits = ["initial", "minimum", "maximum"].flatMap { ["--set", "admission.concurrency.\($0)=4"] }
        let service = try await RunningService.started(limits + ["."], in: folder.url)
        let client = service.client
        let end = Flag()
        let (critical, sheddable) = try await withThrowingTaskGroup(of: (isCritical: Bool, answers: [Client.Answer]).self) { group in
            for number in 0..<20 {
                group.addTask {
                    let isCritical = number < 2
                    var answers: [Client.Answer] = []
                    while isCritical ? answers.count < 8 : !end.isRaised {
                        answers.append(
                            try await client.ask("POST", "/v1/data/app/long", body: Self.request, headers: ["Verdict-Criticality": isCritical ? "CRITICAL" : "SHEDDABLE"]))
                        if answers.last?.status == 503 { try await Task.sleep(for: .milliseconds(40)) }
                    }
                    return (isCritical, answers)
                }
            }
            var critical: [Client.Answer] = [], sheddable: [Client.Answer] = []
            var left = 2
            for try await (isCritical, answers) in group {
                if isCritical { critical += answers } else { sheddable += answers }
                if isCritical { left -= 1 }
                if left == 0 { end.raise() }
            }
            return (critical, sheddable)
        }
        #expect(critical.count == 16 && critical.allSatisfy { $0.status == 200 && $0.body == "{\"result\":21428}\n" })
        let shed = sheddable.filter { $0.status != 200 }
        #expect(!shed.isEmpty && shed.allSatisfy { $0.status == 503 && $0.headers["retry-after"] == "1" && $0.body.contains("concurrency_limit") })
        // What the critical left free is used: the rest is not shut out.
        #expect(sheddable.count { $0.status == 200 } >= 4)
        // Short decisions have nothing to do with it.
        #expect(try await client.ask("POST", "/v1/data/app/short", body: Self.request, headers: ["Verdict-Criticality": "SHEDDABLE"]).status == 200)
        let metrics = try await client.ask("GET", "/metrics").body
        #expect(metrics.contains("verdict_shed_requests_total{criticality=\"SHEDDABLE\",reason=\"concurrency_limit\"} \(shed.count)\n"))
        #expect(metrics.contains("verdict_long_decisions 0\n"))
        #expect(await service.stop() == 0)
    }

    /// What is critical does not wait behind what is not.
    @Test func theCriticalComeFirst() async throws {
        let folder = try TemporaryFolder(files: ["p.rego": Self.policy])
        try folder.write("config.yaml", "admission: {concurrency: {initial: 200, minimum: 200}}\n")
        let arguments = ["-c", "config.yaml", "--shutdown-grace-period", "0", "--set", "decision_logs.file.path=decisions.log", "p.rego"]
        let service = try await RunningService.started(arguments, in: folder.url)
        let connections = try (0...60).map { _ in try RawConnection(service.address) }
        let body = #"{"input": {"n": 0}}"#
        for (number, connection) in connections.enumerated() {
            let (rule, criticality) = number < 60 ? ("longer", "SHEDDABLE") : ("long", "CRITICAL")
            connection.send("POST /v1/data/app/\(rule) HTTP/1.1\r\nHost: a\r\nVerdict-Criticality: \(criticality)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
        }
        func events() -> [Substring] { ((try? String(contentsOf: folder.url.appendingPathComponent("decisions.log"), encoding: .utf8)) ?? "").split(separator: "\n") }
        try await Waiting.until { events().contains { $0.contains("\"path\":\"app/long\"") } }
        let before = events().prefix { !$0.contains("\"path\":\"app/long\"") }.count
        Measurement.note("of sixty sheddable decisions made before a critical one that came last", "\(before)")
        // In a line without classes it would be nearly all.
        #expect(before < 50, "\(before)")
        #expect(await service.stop() == 0)
        withExtendedLifetime(connections) {}
    }

    /// A queue in which everything waits too long is emptied from below.
    @Test func aStandingQueueDropsWhatIsSheddable() async throws {
        let folder = try TemporaryFolder(files: ["p.rego": Self.policy])
        let queue = "admission: {queue: {target_seconds: 0.001, interval_seconds: 0.001}}\nhealing: {event_loops: {shed_seconds: 600}}\n"
        try folder.write("config.yaml", queue)
        let service = try await RunningService.started(["-c", "config.yaml", "p.rego"], in: folder.url, turnsAwayLate: true)
        let client = service.client
        let answers = try await withThrowingTaskGroup(of: [(name: String, answer: Client.Answer)].self) { group in
            for number in 0..<12 {
                group.addTask {
                    let name = number < 3 ? "CRITICAL_PLUS" : "SHEDDABLE"
                    var answers: [(String, Client.Answer)] = []
                    for _ in 0..<3 { answers.append((name, try await client.ask("POST", "/v1/data/app/long", body: Self.request, headers: ["Verdict-Criticality": name]))) }
                    return answers
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(answers.count { $0.name == "CRITICAL_PLUS" && $0.answer.status == 200 } == 9)
        let shed = answers.filter { $0.answer.status != 200 }
        #expect(!shed.isEmpty && shed.allSatisfy { $0.answer.status == 503 && $0.answer.headers["retry-after"] == "1" && $0.answer.body.contains("queue_delay") })
        #expect(await service.stop() == 0)
    }

    @Test func aDecisionHasATimeBudget() async throws {
        let folder = try TemporaryFolder(files: ["p.rego": "package app\n\nlong if {\n\txs := numbers.range(1, 3000)\n\tsome a in xs\n\tsome b in xs\n\tsome c in xs\n\ta + b + c < input.n\n}\n\nshort := input.n\n"])
        let service = try await RunningService.started(["--time-budget", "0.2", "."], in: folder.url)
        let answer = try await service.client.ask("POST", "/v1/data/app/long", body: Self.request)
        #expect(answer.status == 500 && answer.body.contains("eval_cancel_error"), "\(answer.body)")
        #expect(try await service.client.ask("POST", "/v1/data/app/short", body: Self.request).status == 200)
        #expect(await service.stop() == 0)
    }

    /// The error budget burns: new versions wait until it does not.
    @Test func aBurningBudgetFreezesReloads() async throws {
        let version = Mutex("one")
        let server = try await LoopbackServer { _ in
            let revision = version.withLock { $0 }
            return .response(status: 200, headers: [("ETag", "\"\(revision)\"")], body: try BundleWriter.archive([
                ArchiveEntry(path: ".manifest", bytes: Array("{\"revision\": \"\(revision)\", \"roots\": [\"app\"]}".utf8)),
                ArchiveEntry(path: "app.rego", bytes: Array((Self.policy + "\nrevision := \"\(revision)\"\n").utf8)),
            ]))
        }
        let configuration = """
            services: {s: {url: '\(server.url)'}}
            bundles: {b: {resource: b, polling: {min_delay_seconds: 0.02, max_delay_seconds: 0.05}}}
            slo:
              objectives: {answers: {indicator: availability, threshold_seconds: 60, target: 0.9, period_seconds: 2}}
              alerts: {fast: {burn_rate: 2, long_window_seconds: 2, short_window_seconds: 1}}
            healing: {quarantine: {decisions: 1000000}}
            """
        let folder = try TemporaryFolder(files: ["config.yaml": configuration])
        let service = try await RunningService.started(["-c", "config.yaml"], in: folder.url)
        let client = service.client
        func becomes(_ path: String, _ part: String) async throws -> Bool {
            for _ in 0..<3000 {
                if try await client.ask("GET", path).body.contains(part) { return true }
                try await Task.sleep(for: .milliseconds(20))
            }
            return false
        }
        #expect(try await becomes("/v1/data/app/revision", "one"))
        for _ in 0..<40 { #expect(try await client.ask("POST", "/v1/data/app/failing", body: Data(#"{"input": {"fails": true}}"#.utf8)).status == 500) }
        #expect(try await becomes("/v1/slo", "\"state\":\"burning\""))
        #expect(try await becomes("/metrics", "verdict_sli_events_total{slo=\"answers\"} "))
        version.withLock { $0 = "two" }
        #expect(try await service.waitForLog("reloads are frozen: the error budget"))
        // Time passes, and the budget is whole again.
        #expect(try await becomes("/v1/data/app/revision", "two"))
        #expect(try await becomes("/v1/slo", "\"state\":\"normal\""))
        let log = service.logText
        let frozen = try #require(log.range(of: "reloads are frozen")), activated = try #require(log.range(of: "\"two\""))
        #expect(frozen.lowerBound < activated.lowerBound)
        #expect(await service.stop() == 0)
    }
}
