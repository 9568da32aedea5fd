import Archives
import Foundation
import Governance
import Support
import Testing

/// Another revision of the policies decides for some, or beside the active one, in a running service.
@Suite(.serialized) struct CanaryServiceTests {
    private static let stable = "package app\n\ndefault allow := false\n\nallow if input.n < 100\n"
    private static let configuration = """
        routing:
          key: [header.X-User]
          analysis: {maximum_latency_factor: 1000}
          revisions: {next: {path: next}}
          routes:
            - {name: some, match: {path: app/**}, revision: {canary: next, share: 0.1}}
        """

    private static func started(_ next: String, _ configuration: String = configuration, _ arguments: [String] = []) async throws -> (RunningService, TemporaryFolder) {
        let folder = try TemporaryFolder(files: ["policies/p.rego": stable, "next/p.rego": next, "c.yaml": configuration])
        return (try await RunningService.started(["-c", "c.yaml"] + arguments + ["policies"], in: folder.url), folder)
    }

    private static func ask(_ client: Client, _ number: Int, _ headers: [String: String] = [:]) async throws -> Client.Answer {
        try await client.ask("POST", "/v1/data/app/allow", body: Data("{\"input\": {\"n\": \(number % 200)}}".utf8), headers: ["X-User": "user-\(number)"].merging(headers) { _, new in new })
    }

    private static func routes(_ client: Client) async throws -> JSON {
        try #require(try JSONDecoder().decode(JSON.self, from: Data(try await client.ask("GET", "/v1/routes").body.utf8))["result"])
    }

    @Test func callersStayOnTheirSide() async throws {
        let (service, folder) = try await Self.started(Self.stable)
        let client = service.client
        func sides() async throws -> [Int: String] {
            var sides: [Int: String] = [:]
            for number in 0..<300 {
                let answer = try await Self.ask(client, number)
                #expect(answer.status == 200 && answer.headers["verdict-route"] == "some" && answer.headers["verdict-intent"] == "enforce")
                sides[number] = answer.headers["verdict-revision"]
            }
            return sides
        }
        let first = try await sides()
        #expect((10...50).contains(first.values.filter { $0 == "next" }.count) && Set(first.values) == ["stable", "next"])
        #expect(try await sides() == first)
        let table = #"{"key": ["header.X-User"], "analysis": {"maximum_latency_factor": 1000}, "routes": [{"name": "some", "match": {"path": "app/**"}, "revision": {"canary": "next", "share": 0.11}}]}"#
        #expect(try await client.ask("PUT", "/v1/routes", body: Data(table.utf8)).status == 204)
        let second = try await sides()
        #expect(first.filter { second[$0.key] != $0.value }.count <= 12)
        #expect(first.allSatisfy { $0.value != "next" || second[$0.key] == "next" })
        #expect(await service.stop() == 0)
        withExtendedLifetime(folder) {}
    }

    @Test func aWrongCanaryIsEnded() async throws {
        // Says yes where the active one says no, for one request in ten.
        let (service, folder) = try await Self.started("package app\n\ndefault allow := false\n\nallow if input.n < 120\n")
        let client = service.client
        var asked = 0
        while asked < 1000 {
            #expect(try await Self.ask(client, asked).status == 200)
            asked += 1
            if asked % 20 == 0, service.logText.contains("A canary does worse") { break }
        }
        try await Waiting.until { try await Self.routes(client)["canaries"]?["next"]?["state"] == "ended" }
        Measurement.note("a wrong canary was ended after decisions", "\(asked)")
        #expect(asked < 1000)
        // The active policies decide for everybody.
        for number in 0..<50 { #expect(try await Self.ask(client, number).headers["verdict-revision"] == "stable") }
        let report = try await Self.routes(client)
        guard case .array(let samples)? = report["differences"] else {
            Issue.record("no samples")
            return
        }
        #expect(samples.first?["stable"] == "false" && samples.first?["candidate"] == "true")
        let metrics = try await client.ask("GET", "/metrics").body
        #expect(metrics.contains("routing_rollbacks_total{revision=\"next\"} 1"))
        #expect(try await client.ask("GET", "/v1/health").body.contains("canary 'next' was ended"))
        // A corrected one is tried again without anybody's hand.
        try folder.write("next/p.rego", Self.stable + "\n# corrected\n")
        try await Waiting.until {
            for number in 0..<60 where try await Self.ask(client, number).headers["verdict-revision"] == "next" { return true }
            return false
        }
        #expect(await service.stop() == 0)
    }

    @Test func aCanaryThatFailsIsEnded() async throws {
        let (service, folder) = try await Self.started("package app\n\nallow := x if some x in {1, 2}\n")
        for number in 0..<400 {
            _ = try await Self.ask(service.client, number)
            if number % 20 == 0, service.logText.contains("A canary does worse") { break }
        }
        #expect(try await service.waitForLog("A canary does worse"))
        #expect(await service.stop() == 0)
        withExtendedLifetime(folder) {}
    }

    @Test func aShadowChangesNothingAndIsCounted() async throws {
        let configuration = """
            decision_logs: {console: true}
            routing:
              revisions: {next: {path: next}}
              routes: [{name: beside, match: {path: app/allow}, shadow: next}]
            """
        let (service, folder) = try await Self.started("package app\n\nallow := http.send({\"url\": \"http://127.0.0.1:9\", \"method\": \"GET\"}) if input.n == 199\n\nallow := input.n == 1\n", configuration)
        for number in 0..<200 {
            let answer = try await Self.ask(service.client, number)
            #expect(answer.body.contains("\"result\":\(number < 100)") && answer.headers["verdict-revision"] == "stable")
        }
        try await Waiting.until {
            guard case .object(let counts)? = try await Self.routes(service.client)["comparisons"]?["next"] else { return false }
            // Which of them is skipped depends on how busy the machine is; none is lost.
            return counts.values.reduce(0) { if case .number(let count) = $1 { $0 + count } else { $0 } } == 200
        }
        let counts = try #require(try await Self.routes(service.client)["comparisons"]?["next"])
        if case .number(let different)? = counts["different"] { #expect(different > 0) }
        #expect(await service.stop() == 0)
        let events = service.logText.split(separator: "\n").filter { $0.contains("\"decision_id\"") }
        #expect(events.count == 200 && events.allSatisfy { $0.contains("\"custom\":{\"routing\":{\"intent\":\"enforce\",\"revision\":\"stable\",\"route\":\"beside\"}}") })
        withExtendedLifetime(folder) {}
    }

    @Test func aRevisionComesFromABundle() async throws {
        let answer = Shared("one")
        let server = try await LoopbackServer { _ in
            let text = answer.withLock { $0 }
            return .response(status: 200, headers: [("ETag", "\"\(text)\"")], body: try BundleWriter.archive([
                ArchiveEntry(path: ".manifest", bytes: Array("{\"revision\": \"\(text)\", \"roots\": [\"app\"]}".utf8)),
                ArchiveEntry(path: "app.rego", bytes: Array("package app\n\nallow := \"\(text)\"".utf8)),
            ]))
        }
        let configuration = """
            services: {policies: {url: '\(server.url)'}}
            routing:
              revisions: {next: {service: policies, resource: next, polling: {min_delay_seconds: 0.02, max_delay_seconds: 0.05}}}
              routes: [{name: all, intents: [simulate], revision: {pinned: next}}]
            """
        let (service, folder) = try await Self.started(Self.stable, configuration)
        func simulated() async throws -> String { try await Self.ask(service.client, 1, ["Verdict-Intent": "simulate"]).body }
        try await Waiting.until { try await simulated() == "{\"result\":\"one\"}\n" }
        answer.withLock { $0 = "two" }
        try await Waiting.until { try await simulated() == "{\"result\":\"two\"}\n" }
        #expect(try await Self.ask(service.client, 1).body == "{\"result\":true}\n")
        #expect(try await Self.routes(service.client)["revisions"]?["next"]?["bundles"]?["next"] == "two")
        #expect(await service.stop() == 0)
        withExtendedLifetime(folder) {}
    }
}
