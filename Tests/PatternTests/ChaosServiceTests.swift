import Archives
import FaultInjection
import Foundation
import Governance
import Support
import Synchronization
import Testing

/// Experiments in the running service: off unless enabled, guarded, limited, and ended when the steady state is lost.
@Suite(.serialized) struct ChaosServiceTests {
    private static let policy = "package app\n\nallow if input.user == \"ada\""
    private static let slow = "{\"hypothesis\": \"h\", \"at\": \"decision.evaluate\", \"fault\": {\"latency\": {\"seconds\": 0.3}}, \"tags\": {\"path\": \"app/allow\"}}"

    private static func ask(_ service: RunningService, _ path: String = "/v1/data/app/allow") async throws -> Client.Answer {
        try await service.client.ask("POST", path, body: Data("{\"input\": {\"user\": \"ada\"}}".utf8))
    }

    @Test func nothingIsInjectedUnlessEnabled() async throws {
        let folder = try TemporaryFolder(files: ["p.rego": Self.policy, "c.yaml": "chaos: {enabled: false, seed: 3}\n"])
        let service = try await RunningService.started(["-c", "c.yaml", "p.rego"], in: folder.url)
        let answer = try await service.client.ask("PUT", "/v1/chaos/slow", body: Data(Self.slow.utf8))
        #expect(answer.status == 404 && answer.body.contains("chaos.enabled is not true"), "\(answer.body)")
        #expect(try await service.client.ask("GET", "/v1/chaos").status == 404)
        #expect(await service.stop() == 0)
    }

    @Test func experimentsBeginAndEnd() async throws {
        let folder = try TemporaryFolder(files: ["p.rego": Self.policy, "c.yaml": "chaos: {enabled: true, seed: 3}\n"])
        let service = try await RunningService.started(["-c", "c.yaml", "p.rego"], in: folder.url)
        #expect(try await Self.ask(service).body == "{\"result\":true}\n")
        #expect(try await service.client.ask("PUT", "/v1/chaos/slow", body: Data(Self.slow.utf8)).status == 204)
        let start = ContinuousClock.now
        #expect(try await Self.ask(service).body == "{\"result\":true}\n")
        #expect(ContinuousClock.now - start >= .milliseconds(300))
        #expect(try await Self.ask(service, "/v1/data/app").status == 200)
        let list = try await service.client.ask("GET", "/v1/chaos")
        #expect(list.body.contains("\"hits\":1") && list.body.contains("\"name\":\"slow\""), "\(list.body)")
        #expect(try await service.client.ask("DELETE", "/v1/chaos/slow").status == 204)
        #expect(try await service.client.ask("DELETE", "/v1/chaos/slow").status == 404)
        #expect(try await service.client.ask("GET", "/v1/chaos").body.contains("\"ended\":\"asked for\""))
        for (body, reason) in [
            ("{}", "fault is missing"), ("{\"fault\": {\"disk\": \"full\"}, \"at\": \"file.write\"}", "hypothesis is missing"),
            ("{\"hypothesis\": \"h\", \"fault\": {\"disk\": \"full\"}, \"at\": \"upstream.request\"}", "no meaning at upstream.request"),
            ("{\"hypothesis\": \"h\", \"fault\": {\"error\": \"x\", \"status\": 500}, \"at\": \"upstream.response\"}", "exactly one of"),
            ("{\"hypothesis\": \"h\", \"fault\": {\"error\": \"x\"}, \"at\": \"upstream.response\", \"maximum_shares\": 0.1}", "unknown key"),
        ] {
            let answer = try await service.client.ask("PUT", "/v1/chaos/x", body: Data(body.utf8))
            #expect(answer.status == 400 && answer.body.contains(reason), "\(body): \(answer.body)")
        }
        #expect(await service.stop() == 0)
    }

    /// Errors in every decision: the guard ends the experiment within two seconds of requests that fail.
    @Test func theGuardEndsAnExperimentThatHurts() async throws {
        let folder = try TemporaryFolder(files: ["p.rego": Self.policy, "c.yaml": "chaos: {enabled: true, steady_state: {maximum_failure_share: 0.1}}\n"])
        let service = try await RunningService.started(["-c", "c.yaml", "p.rego"], in: folder.url)
        for _ in 0..<3 { _ = try await Self.ask(service) }
        let fault = "{\"hypothesis\": \"h\", \"at\": \"decision.evaluate\", \"fault\": {\"error\": \"broken\"}, \"maximum_share\": 0.5, \"duration_seconds\": 600}"
        #expect(try await service.client.ask("PUT", "/v1/chaos/broken", body: Data(fault.utf8)).status == 204)
        var failed = 0, count = 0
        let start = ContinuousClock.now
        try await Waiting.until {
            for _ in 0..<20 {
                count += 1
                if try await Self.ask(service).status == 500 { failed += 1 }
            }
            return try await service.client.ask("GET", "/v1/chaos").body.contains("steady state lost")
        }
        Measurement.note("experiment that hurts ended after", "\(ContinuousClock.now - start)")
        // Two seconds are promised; a busy machine gets some more.
        #expect(ContinuousClock.now - start < .seconds(15))
        #expect(failed > 0 && failed * 2 <= count, "\(failed) of \(count)")
        #expect(service.logText.contains("Experiments were ended: the steady state was lost."))
        #expect(try await Self.ask(service).body == "{\"result\":true}\n")
        #expect(await service.stop() == 0)
    }

    @Test func theAPIIsGuardedLikeAllOfIt() async throws {
        let guarding = "package system.authz\n\ndefault allow := false\n\nallow if input.path[0] == \"health\"\n"
        let folder = try TemporaryFolder(files: ["p.rego": Self.policy, "authz.rego": guarding, "c.yaml": "chaos: {enabled: true}\n"])
        let service = try await RunningService.started(["-c", "c.yaml", "--authorization=basic", "p.rego", "authz.rego"], in: folder.url)
        for (method, path) in [("PUT", "/v1/chaos/slow"), ("GET", "/v1/chaos"), ("PUT", "/v1/breakers/x"), ("GET", "/v1/upstreams")] {
            #expect(try await service.client.ask(method, path, body: method == "PUT" ? Data(Self.slow.utf8) : nil).status == 401, "\(method) \(path)")
        }
        #expect(await service.stop() == 0)
    }

    /// A disk that is full, or tears the write: the copy of the bundle before stays whole, decisions go on, and the status says so.
    @Test(arguments: ["disk: full", "torn_write_after: 0.5"])
    func aDiskThatFailsLeavesTheLastCopy(_ fault: String) async throws {
        let archive = try BundleWriter.archive([
            ArchiveEntry(path: ".manifest", bytes: Array("{\"revision\": \"one\", \"roots\": [\"app\"]}".utf8)),
            ArchiveEntry(path: "app.rego", bytes: Array("package app\n\nanswer := 1".utf8)),
        ])
        let server = try await LoopbackServer { _ in .response(status: 200, body: archive) }
        let configuration = """
            services: {s: {url: '\(server.url)'}}
            bundles: {b: {resource: x, persist: true, polling: {min_delay_seconds: 0.02, max_delay_seconds: 0.05}}}
            status: {prometheus: true}
            chaos: {enabled: true}
            """
        let folder = try TemporaryFolder(files: ["c.yaml": configuration])
        let service = try await RunningService.started(["-c", "c.yaml"], in: folder.url)
        let copy = folder.url.appendingPathComponent(".opa/bundles/b/bundle.tar.gz")
        try await Waiting.until { (try? Array(Data(contentsOf: copy))) == archive }
        let experiment = "{\"hypothesis\": \"h\", \"at\": \"file.write\", \"fault\": {\(fault.replacing("disk: full", with: "\"disk\": \"full\"").replacing("torn_write_after:", with: "\"torn_write_after\":"))}}"
        #expect(try await service.client.ask("PUT", "/v1/chaos/disk", body: Data(experiment.utf8)).status == 204)
        try await Waiting.until { try await service.client.ask("GET", "/v1/status").body.contains("cannot be kept on disk") }
        #expect(Array(try Data(contentsOf: copy)) == archive)
        #expect(try await service.client.ask("GET", "/v1/data/app/answer").body == "{\"result\":1}\n")
        #expect(try await service.client.ask("DELETE", "/v1/chaos/disk").status == 204)
        try await Waiting.until { try await !service.client.ask("GET", "/v1/status").body.contains("cannot be kept on disk") }
        #expect(await service.stop() == 0)
    }

    /// The copy of a bundle is damaged when it is read: it is said, nothing is decided by it, and the server's version comes in.
    @Test func aCopyThatCannotBeReadIsNotUsed() async throws {
        let archive = try BundleWriter.archive([
            ArchiveEntry(path: ".manifest", bytes: Array("{\"revision\": \"one\", \"roots\": [\"app\"]}".utf8)),
            ArchiveEntry(path: "app.rego", bytes: Array("package app\n\nanswer := 1".utf8)),
        ])
        let isThere = Mutex(true)
        let server = try await LoopbackServer { _ in isThere.withLock { $0 } ? .response(status: 200, body: archive) : .text("", status: 500) }
        let configuration = """
            services: {s: {url: '\(server.url)'}}
            bundles: {b: {resource: x, persist: true, polling: {min_delay_seconds: 0.02, max_delay_seconds: 0.05}}}

            """
        let experiment = "chaos: {enabled: true, experiments: {e: {hypothesis: h, at: file.read, fault: {corrupt_bytes: 50}}}}\n"
        let folder = try TemporaryFolder(files: ["c.yaml": configuration, "faulty.yaml": configuration + experiment])
        let first = try await RunningService.started(["-c", "c.yaml"], in: folder.url)
        try await Waiting.until { FileManager.default.fileExists(atPath: folder.url.appendingPathComponent(".opa/bundles/b/bundle.tar.gz").path) }
        #expect(await first.stop() == 0)
        isThere.withLock { $0 = false }
        let second = try await RunningService.started(["-c", "faulty.yaml"], in: folder.url)
        #expect(try await second.waitForLog("The copy of the bundle on disk cannot be used"))
        #expect(try await second.client.ask("GET", "/v1/data/app/answer").body == "{}\n")
        isThere.withLock { $0 = true }
        try await Waiting.until { try await second.client.ask("GET", "/v1/data/app/answer").body == "{\"result\":1}\n" }
        #expect(await second.stop() == 0)
    }

    @Test func policiesReadTheClockThatIsOff() async throws {
        let folder = try TemporaryFolder(files: ["p.rego": "package app\n\nseconds := floor(time.now_ns() / 1000000000)\n", "c.yaml": "chaos: {enabled: true}\n"])
        let service = try await RunningService.started(["-c", "c.yaml", "p.rego"], in: folder.url)
        func seconds() async throws -> Double {
            let answer = try JSONDecoder().decode(JSON.self, from: Data(try await service.client.ask("POST", "/v1/data/app/seconds").body.utf8))
            return if case .number(let seconds)? = answer["result"] { seconds } else { 0 }
        }
        let before = try await seconds()
        let fault = #"{"hypothesis": "h", "at": "clock.now", "fault": {"clock_skew_seconds": -7200}}"#
        #expect(try await service.client.ask("PUT", "/v1/chaos/clock", body: Data(fault.utf8)).status == 204)
        #expect((5000...7200).contains(before - (try await seconds())))
        #expect(try await service.client.ask("DELETE", "/v1/chaos/clock").status == 204)
        #expect(try await seconds() >= before)
        #expect(await service.stop() == 0)
    }

    /// Every experiment among the examples can be made.
    @Test func theExamplesAreExperiments() throws {
        let folder = Command.repository.appendingPathComponent("examples/chaos")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".yaml") }
        #expect(files.count >= 5)
        for file in files {
            let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
            let experiment = try ExperimentSettings.experiment(text: text, file: file)
            #expect(experiment.problem == nil && experiment.name + ".yaml" == file && text.contains("\nresult: "), "\(file)")
        }
    }
}
