import Archives
import Foundation
import Governance
import Support
import Synchronization
import Testing

/// The whole service with a configuration and a bundle server.
@Suite struct BundleServingTests {
    private static func archive(_ answer: String) throws -> [UInt8] {
        try BundleWriter.archive([
            ArchiveEntry(path: ".manifest", bytes: Array("{\"revision\": \"\(answer)\", \"roots\": [\"app\"]}".utf8)),
            ArchiveEntry(path: "app.rego", bytes: Array("package app\n\nanswer := \"\(answer)\"".utf8)),
        ])
    }

    private static func configuration(_ url: String, resource: String = "one") -> String {
        "services: {s: {url: '\(url)'}}\nbundles: {b: {resource: \(resource), polling: {min_delay_seconds: 0.02, max_delay_seconds: 0.05}}}\n"
    }

    private static func waitFor(_ client: Client, _ path: String, _ body: String) async throws -> Bool {
        for _ in 0..<3000 {
            if try await client.ask("GET", path).body == body + "\n" { return true }
            try await Task.sleep(for: .milliseconds(20))
        }
        return false
    }

    @Test func readinessFollowsTheBundles() async throws {
        let isThere = Mutex(false)
        let server = try await LoopbackServer { _ in
            isThere.withLock { $0 } ? .response(status: 200, body: try Self.archive("one")) : .text("", status: 404)
        }
        let folder = try TemporaryFolder(files: ["config.yaml": Self.configuration(server.url), "own.rego": "package own\n\nx := 1"])
        let service = try await RunningService.started(["--config-file", "config.yaml", "own.rego"], in: folder.url)
        let client = service.client
        #expect(try await client.ask("GET", "/health").status == 200)
        let early = try await client.ask("GET", "/health?bundles")
        #expect(early.status == 500 && early.body == "{\"error\":\"one or more bundles are not activated\"}\n")
        #expect(try await service.waitForLog("server replied with Not Found"))
        isThere.withLock { $0 = true }
        #expect(try await Self.waitFor(client, "/health?bundles", "{}"))
        #expect(try await client.ask("GET", "/v1/data/app/answer").body == "{\"result\":\"one\"}\n")
        #expect(try await client.ask("GET", "/v1/data/own/x").body == "{\"result\":1}\n")
        #expect(try await client.ask("GET", "/v1/data/system/bundles/b/manifest/revision").body == "{\"result\":\"one\"}\n")
        #expect(await service.stop() == 0)
    }

    @Test func hangUpReadsConfigurationAndFilesAgain() async throws {
        let server = try await LoopbackServer { request in .response(status: 200, body: try Self.archive(String(request.target.dropFirst()))) }
        let folder = try TemporaryFolder(files: ["config.yaml": Self.configuration(server.url), "own.rego": "package own\n\nx := 1"])
        let service = try await RunningService.started(["-c", "config.yaml", "own.rego"], in: folder.url)
        let client = service.client
        #expect(try await Self.waitFor(client, "/v1/data/app/answer", "{\"result\":\"one\"}"))
        try folder.write("config.yaml", "bundles: {b: {resource: 5}}")
        service.hangUp()
        #expect(try await service.waitForLog("bundles.b.resource: expected text, found a number"))
        #expect(try await client.ask("GET", "/v1/data/app/answer").body == "{\"result\":\"one\"}\n")
        try folder.write("config.yaml", Self.configuration(server.url, resource: "two"))
        try folder.write("own.rego", "package own\n\nx := 2")
        service.hangUp()
        #expect(try await Self.waitFor(client, "/v1/data/app/answer", "{\"result\":\"two\"}"))
        #expect(try await client.ask("GET", "/v1/data/own/x").body == "{\"result\":2}\n")
        #expect(await service.stop() == 0)
    }

    @Test func whatBundlesOwnCannotBeWritten() async throws {
        let folder = try TemporaryFolder(files: ["b/.manifest": "{\"revision\": \"r7\", \"roots\": [\"app\"]}", "b/app.rego": "package app\n\nanswer := data.app.x", "b/app/data.json": "{\"x\": 1}"])
        let service = try await RunningService.started(["-b", "b"], in: folder.url)
        let client = service.client
        for (method, path, body) in [
            ("PUT", "/v1/data/app/x", "2"), ("PATCH", "/v1/data", "[{\"op\": \"add\", \"path\": \"/app/y\", \"value\": 1}]"), ("DELETE", "/v1/data/app/x", ""),
            ("PUT", "/v1/data/app", "{}"), ("PUT", "/v1/policies/mine", "package app.mine"), ("DELETE", "/v1/policies/b/app.rego", ""),
            ("PUT", "/v1/policies/b/app.rego", "package other"),
        ] {
            let answer = try await client.ask(method, path, body: Data(body.utf8))
            #expect(answer.status == 400 && answer.body.contains("is owned by bundle \\\"b\\\""), "\(method) \(path): \(answer.body)")
        }
        #expect(try await client.ask("PUT", "/v1/data", body: Data("{}".utf8)).body.contains("can't write to document root with bundle roots configured"))
        #expect(try await client.ask("PUT", "/v1/data/own", body: Data("5".utf8)).status == 204)
        #expect(try await client.ask("PUT", "/v1/policies/mine", body: Data("package mine".utf8)).status == 200)
        #expect(try await client.ask("GET", "/v1/data/app/answer?provenance").body.contains("\"bundles\":{\"b\":{\"revision\":\"r7\"}}"))
        #expect(try await client.ask("GET", "/v1/data/own").body == "{\"result\":5}\n")
    }

    @Test func bundlesAreNamedByURL() async throws {
        let server = try await LoopbackServer { request in .response(status: 200, body: try Self.archive(String(request.target.dropFirst()))) }
        let folder = try TemporaryFolder()
        let service = try await RunningService.started([server.url + "/some/bundle,1.tar.gz"], in: folder.url)
        let client = service.client
        #expect(try await Self.waitFor(client, "/health?bundles", "{}"))
        #expect(try await client.ask("GET", "/v1/data/app/answer").body == "{\"result\":\"some/bundle,1.tar.gz\"}\n")
        let copy = folder.url.appendingPathComponent(".opa/bundles/cli1/bundle.tar.gz").path
        for _ in 0..<3000 where !FileManager.default.fileExists(atPath: copy) { try await Task.sleep(for: .milliseconds(20)) }
        #expect(FileManager.default.fileExists(atPath: copy))
        #expect(await service.stop() == 0)
        let outcome = try Command.verdict(["run", "--server", "https://"], in: folder.url)
        #expect(outcome.code == 1 && outcome.error.contains("expected the URL of a bundle"), "\(outcome.error)")
    }

    @Test func statusIsReported() async throws {
        let server = try await LoopbackServer { request in
            request.method == "POST" ? .text("") : .response(status: 200, body: try Self.archive("one"))
        }
        let more = "labels: {app: shop}\nstatus: {service: s, partition_name: p}\n"
        let folder = try TemporaryFolder(files: ["config.yaml": Self.configuration(server.url) + more])
        let service = try await RunningService.started(["-c", "config.yaml"], in: folder.url)
        let client = service.client
        #expect(try await Self.waitFor(client, "/health?bundles&plugins", "{}"))
        for _ in 0..<3000 where !server.requests.contains(where: { $0.text.contains("\"active_revision\":\"one\"") }) { try await Task.sleep(for: .milliseconds(20)) }
        let report = try #require(server.requests.last { $0.method == "POST" && $0.text.contains("active_revision") })
        #expect(report.target == "/status/p")
        #expect(report.text.contains("\"app\":\"shop\"") && report.text.contains("\"type\":\"snapshot\""), "\(report.text)")
        let answer = try await client.ask("GET", "/v1/status")
        #expect(answer.status == 200 && answer.body.contains("\"last_successful_activation\":\"20"), "\(answer.body)")
        #expect(await service.stop() == 0)
    }

    @Test func aWrongConfigurationDoesNotStart() throws {
        let folder = try TemporaryFolder(files: ["config.yaml": "default_decision: 1\n"])
        let outcome = try Command.verdict(["run", "--server", "-c", "config.yaml"], in: folder.url)
        #expect(outcome.code == 1)
        #expect(outcome.error == "error: config error: config.yaml:1: default_decision: expected text, found a number\n")
        let missing = try Command.verdict(["run", "--server", "-c", "nowhere.yaml"], in: folder.url)
        #expect(missing.code == 1 && missing.error == "error: config error: nowhere.yaml: no such file, or it cannot be read\n")
    }

    @Test func bundlesOnDiskAreServedAndWatched() async throws {
        let folder = try TemporaryFolder(files: ["b/.manifest": "{\"roots\": [\"app\"]}", "b/app.rego": "package app\n\nanswer := 1"])
        let service = try await RunningService.started(["--watch", "-b", "b"], in: folder.url)
        let client = service.client
        #expect(try await client.ask("GET", "/v1/data/app/answer").body == "{\"result\":1}\n")
        try folder.write("b/app.rego", "package other")
        #expect(try await service.waitForLog("do not permit 'package other' in module 'b/app.rego'"))
        #expect(try await client.ask("GET", "/v1/data/app/answer").body == "{\"result\":1}\n")
        try folder.write("b/app.rego", "package app\n\nanswer := 2")
        #expect(try await Self.waitFor(client, "/v1/data/app/answer", "{\"result\":2}"))
    }
}
