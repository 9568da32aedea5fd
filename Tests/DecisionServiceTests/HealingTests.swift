import Archives
import Foundation
import Governance
import Support
import Synchronization
import Testing

/// What the service mends by itself, and how it says so.
@Suite struct HealingTests {
    private static let policy = "package app\n\nallow if input.user == \"ada\"\n"
    private static let request = Data(#"{"input": {"user": "ada"}}"#.utf8)

    /// What was healed of some components; of all where none are named. A busy machine may make event loops late, which is an event too.
    private static func events(_ client: Client, of components: String...) async throws -> [JSON] {
        guard case .array(let events)? = try JSONDecoder().decode(JSON.self, from: Data(try await client.ask("GET", "/v1/healing").body.utf8))["result"] else { return [] }
        return components.isEmpty ? events : events.filter { event in components.contains { event["component"] == .string($0) } }
    }

    private static func eventually(_ condition: () async throws -> Bool) async throws -> Bool {
        for _ in 0..<1000 {
            if try await condition() { return true }
            try await Task.sleep(for: .milliseconds(10))
        }
        return false
    }

    /// Whatever ends, decisions are answered and logged.
    @Test func componentsThatEndAreStartedAgain() async throws {
        let folder = try TemporaryFolder(files: ["p.rego": Self.policy])
        let service = try await RunningService.started(
            ["--drill", "any", "--watch", "--set", "healing.restarts.limit=1000", "--set", "decision_logs.file.path=decisions.log", "--set", "status.console=true", "p.rego"], in: folder.url)
        let client = service.client
        var answered = 0
        for number in 0..<300 {
            if number % 3 == 0 { service.drill() }
            let answer = try await client.ask("POST", "/v1/data/app/allow", body: Self.request)
            if answer.status == 200, answer.body.contains("\"result\":true") { answered += 1 }
        }
        #expect(answered == 300)
        #expect(try await Self.eventually { try await Self.events(client).count { $0["action"] == .string("restart") } >= 10 })
        let metrics = try await client.ask("GET", "/metrics").body
        #expect(metrics.contains("verdict_healing_actions_total{action=\"restart\",component="))
        // What was reloaded before is reloaded after.
        try folder.write("p.rego", Self.policy + "\nversion := 2\n")
        #expect(try await Self.eventually { try await client.ask("GET", "/v1/data/app/version").body.contains("\"result\":2") })
        #expect(await service.stop() == 0)
        let lines = try String(contentsOf: folder.url.appendingPathComponent("decisions.log"), encoding: .utf8).split(separator: "\n")
        #expect(lines.count { $0.contains("\"path\":\"app/allow\"") } == 300)
    }

    @Test func whatEndsTooOftenEscalatesUntilTheProcessEnds() async throws {
        let folder = try TemporaryFolder(files: ["p.rego": Self.policy])
        let service = try await RunningService.started(["--drill", "quarantine", "--set", "healing.restarts.limit=1", "--set", "decision_logs.file.path=decisions.log", "p.rego"], in: folder.url)
        let client = service.client
        let actions = ["restart", "restart_subsystem", "restart"]
        for count in 1...3 {
            service.drill()
            try #require(try await Self.eventually { try await Self.events(client, of: "quarantine", "healing").count == count })
        }
        #expect(try await Self.events(client, of: "quarantine", "healing").map { $0["action"] } == actions.map { .string($0) })
        #expect(try await client.ask("POST", "/v1/data/app/allow", body: Self.request).status == 200)
        service.drill()
        try #require(try await service.waitForLog("the subsystem 'healing' cannot be kept running"))
        #expect(await service.waitForExit() == 3)
        #expect(try String(contentsOf: folder.url.appendingPathComponent("decisions.log"), encoding: .utf8).contains("app/allow"))
    }

    private static func archive(_ revision: String, failing: Bool) throws -> [UInt8] {
        let rule = failing ? "allow := false if input.n % 20 == 0\n\nallow := true if input.n >= 0" : "allow := true if input.n >= 0"
        return try BundleWriter.archive([
            ArchiveEntry(path: ".manifest", bytes: Array("{\"revision\": \"\(revision)\", \"roots\": [\"app\"]}".utf8)),
            ArchiveEntry(path: "app.rego", bytes: Array("package app\n\nrevision := \"\(revision)\"\n\n\(rule)\n".utf8)),
        ])
    }

    /// A version that fails one decision in twenty is taken back, also on disk, and stays away until the bundle changes.
    @Test func aVersionWhoseDecisionsFailIsTakenBack() async throws {
        let revision = Mutex("r1")
        let server = try await LoopbackServer { _ in
            let revision = revision.withLock { $0 }
            return revision.isEmpty ? .text("", status: 500) : .response(status: 200, body: try Self.archive(revision, failing: revision == "r2"))
        }
        let configuration = """
            services: {s: {url: '\(server.url)', breaker: {open_seconds: 0.2, maximum_open_seconds: 0.5}}}
            bundles: {b: {resource: b, persist: true, polling: {min_delay_seconds: 0.02, max_delay_seconds: 0.05}}}
            healing: {quarantine: {decisions: 100}}
            """
        let folder = try TemporaryFolder(files: ["config.yaml": configuration])
        let service = try await RunningService.started(["-c", "config.yaml"], in: folder.url)
        let client = service.client
        func decides(_ revision: String) async throws -> Bool {
            try await Self.eventually { try await client.ask("GET", "/v1/data/app/revision").body == "{\"result\":\"\(revision)\"}\n" }
        }
        #expect(try await decides("r1"))
        revision.withLock { $0 = "r2" }
        #expect(try await decides("r2"))
        var failed = 0
        for number in 0..<160 { failed += try await client.ask("POST", "/v1/data/app/allow", body: Data("{\"input\": {\"n\": \(number)}}".utf8)).status == 500 ? 1 : 0 }
        #expect(failed > 0)
        #expect(try await decides("r1"))
        let events = try await Self.events(client)
        let event = try #require(events.first { $0["action"] == .string("rollback") })
        #expect(event["component"] == .string("policy/b"))
        guard case .string(let cause)? = event["cause"] else { return }
        #expect(cause.hasPrefix("revision 'r2' is in quarantine: ") && cause.hasSuffix("decisions failed; revision 'r1' decides"), "\(cause)")
        #expect(try await client.ask("GET", "/v1/health/ready").body.contains("revision 'r2' is in quarantine"))
        // The server still offers it.
        #expect(try await service.waitForLog("it is tried again when the bundle changes", count: 3))
        for number in 0..<40 { #expect(try await client.ask("POST", "/v1/data/app/allow", body: Data("{\"input\": {\"n\": \(number)}}".utf8)).status == 200) }
        // After a power failure, and without the server, the version that is good is the one on disk.
        revision.withLock { $0 = "" }
        service.kill()
        _ = await service.waitForExit()
        let again = try await RunningService.started(["-c", "config.yaml"], in: folder.url)
        #expect(try await Self.eventually { try await again.client.ask("GET", "/v1/data/app/revision").body == "{\"result\":\"r1\"}\n" })
        revision.withLock { $0 = "r3" }
        #expect(try await Self.eventually { try await again.client.ask("GET", "/v1/data/app/revision").body == "{\"result\":\"r3\"}\n" })
        #expect(await again.stop() == 0)
    }

    /// The first version fails and spends the error budget: what mends it is not kept out by a freeze.
    @Test func whatReplacesTheOnlyVersionComesInAtOnce() async throws {
        let revision = Mutex("r2")
        let server = try await LoopbackServer { _ in
            let revision = revision.withLock { $0 }
            return .response(status: 200, body: try Self.archive(revision, failing: revision == "r2"))
        }
        let configuration = """
            services: {s: {url: '\(server.url)'}}
            bundles: {b: {resource: b, polling: {min_delay_seconds: 0.02, max_delay_seconds: 0.05}}}
            slo: {objectives: {answers: {indicator: availability, threshold_seconds: 60, target: 0.999}}}
            healing: {quarantine: {decisions: 20}}
            """
        let folder = try TemporaryFolder(files: ["config.yaml": configuration])
        let service = try await RunningService.started(["-c", "config.yaml"], in: folder.url)
        let client = service.client
        func decides(_ revision: String) async throws -> Bool {
            try await Self.eventually { try await client.ask("GET", "/v1/data/app/revision").body == "{\"result\":\"\(revision)\"}\n" }
        }
        #expect(try await decides("r2"))
        for _ in 0..<30 { #expect(try await client.ask("POST", "/v1/data/app/allow", body: Data(#"{"input": {"n": 0}}"#.utf8)).status == 500) }
        #expect(try await service.waitForLog("there is none before it"))
        #expect(try await client.ask("GET", "/v1/slo").body.contains("\"state\":\"burning\""))
        revision.withLock { $0 = "r3" }
        #expect(try await decides("r3"))
        #expect(try await client.ask("GET", "/v1/slo").body.contains("\"state\":\"burning\""))
        revision.withLock { $0 = "r4" }
        #expect(try await service.waitForLog("reloads are frozen"))
        #expect(await service.stop() == 0)
    }

    @Test func filesWhoseDecisionsFailAreTakenBack() async throws {
        let good = "package app\n\nallow := true if input.n >= 0\n"
        let folder = try TemporaryFolder(files: ["p.rego": good + "\nversion := 1\n"])
        let service = try await RunningService.started(["--watch", "--set", "healing.quarantine.decisions=50", "p.rego"], in: folder.url)
        let client = service.client
        func decides(_ version: Int) async throws -> Bool {
            try await Self.eventually { try await client.ask("GET", "/v1/data/app/version").body == "{\"result\":\(version)}\n" }
        }
        #expect(try await decides(1))
        try folder.write("p.rego", good + "\nversion := 2\n\nallow := false if input.n % 20 == 0\n")
        #expect(try await decides(2))
        for number in 0..<60 { _ = try await client.ask("POST", "/v1/data/app/allow", body: Data("{\"input\": {\"n\": \(number)}}".utf8)) }
        #expect(try await decides(1))
        #expect(try await Self.eventually { try await Self.events(client).contains { $0["action"] == .string("rollback") && $0["component"] == .string("policy") } })
        try folder.write("p.rego", good + "\nversion := 3\n")
        #expect(try await decides(3))
        #expect(try await client.ask("GET", "/v1/health/ready").body.contains("\"state\":\"ok\"}}"))
        #expect(await service.stop() == 0)
    }

    /// Data makes a version too: what is mended in it alone comes in again.
    @Test func dataWhoseDecisionsFailIsTakenBack() async throws {
        let folder = try TemporaryFolder(files: [
            "p.rego": "package app\n\nversion := data.number\n\nallow := true if input.n >= 0\n\nallow := false if {\n\tdata.broken\n\tinput.n % 20 == 0\n}\n",
            "data.json": #"{"number": 1, "broken": false}"#,
        ])
        let service = try await RunningService.started(["--watch", "--set", "healing.quarantine.decisions=50", "p.rego", "data.json"], in: folder.url)
        let client = service.client
        func decides(_ version: Int) async throws -> Bool {
            try await Self.eventually { try await client.ask("GET", "/v1/data/app/version").body == "{\"result\":\(version)}\n" }
        }
        #expect(try await decides(1))
        try folder.write("data.json", #"{"number": 2, "broken": true}"#)
        #expect(try await decides(2))
        for number in 0..<60 { _ = try await client.ask("POST", "/v1/data/app/allow", body: Data("{\"input\": {\"n\": \(number)}}".utf8)) }
        #expect(try await decides(1))
        try folder.write("data.json", #"{"number": 3, "broken": false}"#)
        #expect(try await decides(3))
        #expect(await service.stop() == 0)
    }

    /// `live` fails while a loop is blocked: whichever loop answers says so.
    @Test func aBlockedEventLoopFailsTheLiveProbe() async throws {
        let folder = try TemporaryFolder(files: ["p.rego": Self.policy, "config.yaml": "healing: {event_loops: {warn_seconds: 0.4, exit_seconds: 600}}"])
        let service = try await RunningService.started(["-c", "config.yaml", "--drill", "event_loop", "p.rego"], in: folder.url)
        service.drill()
        #expect(try await service.waitForLog("An event loop is blocked."))
        var answer = ""
        for _ in 0..<20 where answer.isEmpty {
            // Connections to the blocked loop get no answer.
            let connection = try RawConnection(service.address, patience: 1)
            connection.send("GET /v1/health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            answer = await connection.receive()
        }
        #expect(answer.hasPrefix("HTTP/1.1 503") && answer.contains("has not turned for"), "\(answer)")
        service.kill()
    }

    @Test func aFullDiskAndADeletedFileAreNamedAndHealed() async throws {
        let folder = try TemporaryFolder(files: ["p.rego": Self.policy])
        let log = folder.url.appendingPathComponent("decisions.log")
        try FileManager.default.createSymbolicLink(at: log, withDestinationURL: URL(fileURLWithPath: "/dev/full"))
        let service = try await RunningService.started(["--set", "decision_logs.file.path=decisions.log", "p.rego"], in: folder.url)
        let client = service.client
        func ask() async throws { #expect(try await client.ask("POST", "/v1/data/app/allow", body: Self.request).status == 200) }
        try await ask()
        #expect(try await service.waitForLog("The decision log's file cannot be written"))
        #expect(try await client.ask("GET", "/v1/health").body.contains("\"component\":\"decision_log_file\",\"depth\":0,\"detail\":\"decisions.log cannot be written"))
        try FileManager.default.removeItem(at: log)
        try await ask()
        #expect(try await service.waitForLog("The decision log's file is written again."))
        try FileManager.default.removeItem(at: log)
        // The file is looked for a few times a second, when there is something to write.
        #expect(try await Self.eventually {
            try await ask()
            return service.logText.contains("The decision log's file is gone")
        })
        let events = try await Self.events(client, of: "decision_log_file")
        #expect(events.map { $0["action"] } == [.string("reopen"), .string("reopen")])
        #expect(await service.stop() == 0)
        #expect(try String(contentsOf: log, encoding: .utf8).split(separator: "\n").count >= 1)
    }

    @Test func aBlockedEventLoopIsNamedAndThenEndsTheProcess() async throws {
        let folder = try TemporaryFolder(files: ["p.rego": Self.policy, "config.yaml": "healing: {event_loops: {warn_seconds: 0.4, exit_seconds: 2}}"])
        let service = try await RunningService.started(["-c", "config.yaml", "--drill", "event_loop", "p.rego"], in: folder.url)
        service.drill()
        try #require(try await service.waitForLog("An event loop is dead"))
        #expect(await service.waitForExit() == 4)
        #expect(service.logText.contains("An event loop is blocked."))
    }

    @Test func aListenerThatIsLostIsOpenedAgain() async throws {
        let folder = try TemporaryFolder(files: ["p.rego": Self.policy])
        let service = try await RunningService.started(["--drill", "listener", "p.rego"], in: folder.url)
        let kept = try RawConnection(service.address)
        kept.send("GET /health HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(await kept.receive { $0.hasSuffix("{}\n") }.hasPrefix("HTTP/1.1 200 OK"))
        service.drill()
        #expect(try await service.waitForLog("Server started.", count: 2))
        #expect(Set(service.addresses).count == 1)
        #expect(try await service.client.ask("POST", "/v1/data/app/allow", body: Self.request).status == 200)
        // Connections go on.
        kept.send("GET /health HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(await kept.receive { $0.hasSuffix("{}\n") }.hasPrefix("HTTP/1.1 200 OK"))
        #expect(try await Self.events(service.client, of: "listener").map { $0["action"] } == [.string("rebind")])
        #expect(await service.stop() == 0)
    }

    @Test func whatIsConfiguredIsLoadedAgain() async throws {
        let revision = Mutex("r1")
        let server = try await LoopbackServer { _ in .response(status: 200, body: try Self.archive(revision.withLock { $0 }, failing: false)) }
        let configuration = """
            services: {s: {url: '\(server.url)'}}
            bundles: {b: {resource: b, polling: {min_delay_seconds: 0.02, max_delay_seconds: 0.05}}}
            healing: {reconciliation_seconds: 0.1}
            """
        let folder = try TemporaryFolder(files: ["config.yaml": configuration])
        let service = try await RunningService.started(["-c", "config.yaml", "--drill", "bundle_loaders"], in: folder.url)
        let client = service.client
        #expect(try await Self.eventually { try await client.ask("GET", "/v1/data/app/revision").body.contains("r1") })
        service.drill()
        #expect(try await service.waitForLog("bundle 'b' is configured, and nothing loaded it"))
        revision.withLock { $0 = "r2" }
        #expect(try await Self.eventually { try await client.ask("GET", "/v1/data/app/revision").body.contains("r2") })
        #expect(try await Self.events(client).contains { $0["action"] == .string("reconcile") })
        #expect(await service.stop() == 0)
    }

    @Test func shortMemoryTurnsSheddableRequestsAway() async throws {
        let folder = try TemporaryFolder(files: ["p.rego": Self.policy])
        let service = try await RunningService.started(["--set", "healing.memory.limit_bytes=1000000", "p.rego"], in: folder.url)
        let client = service.client
        #expect(try await service.waitForLog("Memory runs short."))
        let shed = try await client.ask("POST", "/v1/data/app/allow", body: Self.request, headers: ["Verdict-Criticality": "SHEDDABLE"])
        #expect(shed.status == 503 && shed.headers["retry-after"] == "1" && shed.body.contains("memory_pressure"))
        #expect(try await client.ask("POST", "/v1/data/app/allow", body: Self.request).status == 200)
        #expect(try await Self.events(client, of: "memory").map { $0["action"] } == [.string("shrink_caches"), .string("shed")])
        #expect(await service.stop() == 0)
    }
}
