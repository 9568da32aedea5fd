import Archives
import Foundation
import Governance
import Support
import Synchronization
import Testing

/// The whole service with an event log, under faults.
@Suite struct EventLogServiceTests {
    private static let configuration = """
        event_log:
          directory: events
          loss_window_seconds: 0
          snapshot_events: 5
          personal:
            decision: {subject: /input/user, fields: [/input/mail]}
        """
    private static let policy = "package app\n\ndefault allow := false\n\nallow if input.user in data.users\n"

    private static func start(_ folder: TemporaryFolder, _ arguments: [String] = []) async throws -> RunningService {
        try await RunningService.started(["--config-file", "config.yaml"] + arguments + ["files"], in: folder.url)
    }

    private static func folder() throws -> TemporaryFolder {
        try TemporaryFolder(files: ["config.yaml": configuration, "files/data.json": "{\"loaded\": {\"n\": 1}}", "files/base.rego": "package base\n\nx := data.loaded.n\n",
            "files/log.rego": "package system.log\n\nmask contains \"/input/secret\"\n"])
    }

    private static func json(_ text: String) throws -> JSON { try JSONDecoder().decode(JSON.self, from: Data(text.utf8)) }

    /// Makes changes of every kind through the API.
    private static func change(_ client: Support.Client) async throws {
        #expect(try await client.ask("PUT", "/v1/policies/app", body: Data(policy.utf8)).status == 200)
        #expect(try await client.ask("PUT", "/v1/data/users", body: Data("[\"alice\"]".utf8)).status == 204)
        #expect(try await client.ask("PATCH", "/v1/data/users", body: Data("[{\"op\": \"add\", \"path\": \"/-\", \"value\": \"ben\"}]".utf8)).status == 204)
        #expect(try await client.ask("PUT", "/v1/data/loaded/n", body: Data("2".utf8)).status == 204)
        #expect(try await client.ask("PUT", "/v1/data/gone", body: Data("{\"a\": {}}".utf8)).status == 204)
        #expect(try await client.ask("DELETE", "/v1/data/gone").status == 204)
        #expect(try await client.ask("PUT", "/v1/policies/gone", body: Data("package gone\n".utf8)).status == 200)
        #expect(try await client.ask("DELETE", "/v1/policies/gone").status == 200)
    }

    private static func data(_ client: Support.Client) async throws -> JSON? { try json(try await client.ask("GET", "/v1/data").body)["result"] }

    @Test func whatClientsChangedSurvivesKill() async throws {
        let folder = try Self.folder()
        var service = try await Self.start(folder)
        try await Self.change(service.client)
        let before = try await Self.data(service.client)
        let answer = try await service.client.ask("POST", "/v1/data/app/allow", body: Data("{\"input\": {\"user\": \"ben\", \"mail\": \"ben@example.com\"}}".utf8))
        #expect(answer.body.contains("\"result\":true") && answer.body.contains("decision_id"))
        service.kill()
        _ = await service.waitForExit()
        let recorded = try Command.verdict(["replay", "--log", "events", "--at", "1000", "-f", "json"], in: folder.url)
        #expect(recorded.code == 0, "\(recorded.error)")
        #expect(try Self.json(recorded.output)["as_recorded"] == .boolean(true), "what is rebuilt is what was alive")

        // A file that changed meanwhile counts, but where a client had changed it.
        try folder.write("files/data.json", "{\"loaded\": {\"n\": 7, \"new\": true}}")
        service = try await Self.start(folder)
        let after = try await Self.data(service.client)
        #expect(after?["users"] == before?["users"] && after?["users"] == .array([.string("alice"), .string("ben")]))
        #expect(after?["loaded"]?["n"] == .number(2) && after?["loaded"]?["new"] == .boolean(true))
        #expect(after?["base"]?["x"] == .number(2) && after?["gone"] == nil)
        #expect(try await service.client.ask("GET", "/v1/policies/gone").status == 404)
        #expect(try await service.client.ask("GET", "/v1/policies/app").status == 200)
        #expect(await service.stop() == 0)
        let verified = try Command.verdict(["events", "verify", "--log", "events"], in: folder.url)
        #expect(verified.code == 0, "\(verified.output)")
    }

    @Test func eventsAreReadAndPersonsForgotten() async throws {
        let folder = try Self.folder()
        let service = try await Self.start(folder)
        let client = service.client
        try await Self.change(client)
        let page = try Self.json(try await client.ask("GET", "/v1/events?stream=data&from=1&limit=2").body)
        guard case .array(let events)? = page["result"], case .number(let next)? = page["next"] else { Issue.record("\(page)"); return }
        #expect(events.count == 2 && events.allSatisfy { $0["stream"] == .string("data") && $0["payload"]?["cause"] == .string("client") })
        #expect(events.last?["sequence"] == .number(next - 1))
        _ = try await client.ask("POST", "/v1/data/app/allow", body: Data("{\"input\": {\"user\": \"ben\", \"mail\": \"ben@example.com\"}}".utf8))
        let made = try await client.ask("GET", "/v1/events?stream=decision&wait=10").body
        #expect(made.contains("\"path\":\"app/allow\"") && made.contains("$sealed") && !made.contains("ben@example.com"))
        #expect(try await client.ask("DELETE", "/v1/events/subjects/ben").status == 204)
        #expect(try await client.ask("DELETE", "/v1/events/subjects/ben").status == 404)
        for wrong in ["", "?stream=nothing", "?stream=data&from=0", "?stream=data&limit=0", "?stream=data&wait=x"] {
            #expect(try await client.ask("GET", "/v1/events\(wrong)").status == 400)
        }
        let metrics = try await client.ask("GET", "/metrics").body
        #expect(metrics.contains("verdict_event_log_events_total{partition=\"decision\"} 1"))
        _ = try await client.ask("POST", "/v1/data/app/allow", body: Data("{\"input\": {\"user\": \"ben\", \"secret\": \"s3cret\"}}".utf8))
        let masked = try await client.ask("GET", "/v1/events?stream=decision&from=2&wait=10").body
        #expect(masked.contains("\"erased\":[\"/input/secret\"]") && !masked.contains("s3cret"), "\(masked)")
        #expect(await service.stop() == 0)
        try folder.write("same/app.rego", Self.policy)
        let replay = try Command.verdict(["replay", "--log", "events", "--policy", "same", "-f", "json"], in: folder.url)
        let report = try Self.json(replay.output)
        #expect(report["omitted"] == .object(["forgotten": .number(1), "masked": .number(1)]), "\(replay.output)\(replay.error)")
    }

    /// Versions of a bundle are states that can be gone back to, and what clients changed beside it stays over a start.
    @Test func aBundlesVersionsAreKept() async throws {
        let version = Mutex("v1")
        let server = try await LoopbackServer { _ in
            let revision = version.withLock { $0 }
            let archive = try? BundleWriter.archive([
                ArchiveEntry(path: ".manifest", bytes: Array("{\"revision\": \"\(revision)\", \"roots\": [\"app\"]}".utf8)),
                ArchiveEntry(path: "app/app.rego", bytes: Array("package app\n\nanswer := data.app.n + data.mine\n".utf8)),
                ArchiveEntry(path: "app/data.json", bytes: Array((revision == "v1" ? "{\"n\": 1, \"old\": true}" : "{\"n\": 2}").utf8)),
            ])
            return .response(status: 200, body: archive ?? [])
        }
        let folder = try TemporaryFolder(files: ["config.yaml": """
            services: {policies: {url: \(server.url)}}
            bundles: {b: {service: policies, resource: b, polling: {min_delay_seconds: 0.02, max_delay_seconds: 0.04}}}
            event_log: {directory: events}
            """])
        var service = try await RunningService.started(["--config-file", "config.yaml"], in: folder.url)
        #expect(try await service.client.ask("PUT", "/v1/data/mine", body: Data("40".utf8)).status == 204)
        try await Waiting.until { [client = service.client] in try await client.ask("GET", "/v1/data/app/answer").body.contains("41") }
        version.withLock { $0 = "v2" }
        try await Waiting.until { [client = service.client] in try await client.ask("GET", "/v1/data/app/answer").body.contains("42") }
        // What nobody was told of is recorded a moment later.
        try await Waiting.until { try Command.verdict(["replay", "--log", "events", "--at", "v2"], in: folder.url).code == 0 }
        service.kill()
        _ = await service.waitForExit()
        for (revision, answer) in [("v1", "41"), ("v2", "42")] {
            let rebuilt = try Command.verdict(["replay", "--log", "events", "--at", revision, "--output", "then.tar.gz", "-f", "json"], in: folder.url)
            #expect(rebuilt.code == 0 && rebuilt.output.contains("\"b\": \"\(revision)\""), "\(rebuilt.output)\(rebuilt.error)")
            #expect(try Command.verdict(["eval", "-f", "raw", "-b", "then.tar.gz", "data.app.answer"], in: folder.url).output == "\(answer)\n")
        }
        service = try await RunningService.started(["--config-file", "config.yaml"], in: folder.url)
        try await Waiting.until { [client = service.client] in try await client.ask("GET", "/v1/data/app/answer").body.contains("42") }
        #expect(await service.stop() == 0)
        let verified = try Command.verdict(["events", "verify", "--log", "events"], in: folder.url)
        #expect(verified.code == 0, "\(verified.output)")
    }

    @Test func damageIsMendedAndSaid() async throws {
        let folder = try Self.folder()
        var service = try await Self.start(folder)
        try await Self.change(service.client)
        service.kill()
        _ = await service.waitForExit()
        let state = folder.url.appendingPathComponent("events/state")
        // What SQLite has not taken into the file lies in the write-ahead log; both are hit.
        for file in try FileManager.default.contentsOfDirectory(at: state, includingPropertiesForKeys: nil) where file.lastPathComponent.contains(".sqlite") {
            var bytes = Array(try Data(contentsOf: file))
            if let place = bytes.firstRange(of: Array("\"alice\"".utf8)) { bytes[place.lowerBound + 1] ^= 1 }
            if file.pathExtension == "sqlite" { bytes.replaceSubrange(0..<16, with: Array(repeating: 0, count: 16)) }
            try Data(bytes).write(to: file)
        }
        service = try await Self.start(folder)
        let healing = try await service.client.ask("GET", "/v1/healing").body
        #expect(healing.contains("\"action\":\"rebuild\"") && healing.contains("event_log/state"), "\(healing)")
        let health = try await service.client.ask("GET", "/v1/health").body
        #expect(health.contains("event_log/state"), "\(health)")
        #expect(try await service.client.ask("GET", "/v1/policies/app").status == 200, "what could be read is there")
        #expect(try await service.client.ask("PUT", "/v1/data/more", body: Data("1".utf8)).status == 204)
        let events = try await service.client.ask("GET", "/v1/events?stream=healing&wait=10").body
        #expect(events.contains("healing.rebuild"))
        #expect(await service.stop() == 0)
        #expect(try Command.verdict(["events", "verify", "--log", "events"], in: folder.url).output.contains("lost, and known"))
    }

    @Test func aDiskThatIsFullRefusesClientsAndNothingElse() async throws {
        let folder = try Self.folder()
        try folder.write("config.yaml", Self.configuration + "\nchaos: {enabled: true}\n")
        let service = try await Self.start(folder)
        let client = service.client
        try await Self.change(client)
        let experiment = "{\"hypothesis\": \"decisions go on\", \"at\": \"file.write\", \"fault\": {\"disk\": \"full\"}, \"duration_seconds\": 600}"
        #expect(try await client.ask("PUT", "/v1/chaos/full", body: Data(experiment.utf8)).status == 204)
        let refused = try await client.ask("PUT", "/v1/data/users", body: Data("[]".utf8))
        #expect(refused.status == 500 && refused.body.contains("event_log_storage"), "\(refused)")
        #expect(try await Self.data(client)?["users"] == .array([.string("alice"), .string("ben")]), "what cannot be kept does not take effect")
        let decision = try await client.ask("POST", "/v1/data/app/allow", body: Data("{\"input\": {\"user\": \"ben\"}}".utf8))
        #expect(decision.body.contains("\"result\":true"))
        try await Waiting.until { try await client.ask("GET", "/v1/health").body.contains("decisions are not kept") }
        #expect(try await client.ask("DELETE", "/v1/chaos/full").status == 204)
        #expect(try await client.ask("PUT", "/v1/data/users", body: Data("[\"cleo\"]".utf8)).status == 204)
        _ = try await client.ask("POST", "/v1/data/app/allow", body: Data("{\"input\": {\"user\": \"cleo\"}}".utf8))
        try await Waiting.until { try await client.ask("GET", "/v1/healing").body.contains("decisions were lost") }
        #expect(await service.stop() == 0)
        #expect(try Command.verdict(["events", "verify", "--log", "events"], in: folder.url).code == 0)
    }
}
