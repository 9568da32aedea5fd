import Archives
import Foundation
import Governance
import Support
import Testing

/// The bundle server of a running service moves: in a file, and in a registry that another Verdict serves.
@Suite(.serialized) struct MovingServiceTests {
    private static func server(_ answer: String) async throws -> LoopbackServer {
        let archive = try BundleWriter.archive([
            ArchiveEntry(path: ".manifest", bytes: Array("{\"revision\": \"\(answer)\", \"roots\": [\"app\"]}".utf8)),
            ArchiveEntry(path: "app.rego", bytes: Array("package app\n\nanswer := \"\(answer)\"".utf8)),
        ])
        return try await LoopbackServer { _ in .response(status: 200, body: archive) }
    }

    private static func configuration(_ services: String) -> String {
        """
        services:
        \(services)
        bundles: {b: {service: policies, resource: x, polling: {min_delay_seconds: 0.02, max_delay_seconds: 0.05}}}
        status: {prometheus: true}
        """
    }

    private static func waitFor(_ answer: String, _ service: RunningService) async throws {
        try await Waiting.until {
            #expect(try await !service.client.ask("GET", "/v1/status").body.contains("bundle_error"))
            return try await service.client.ask("GET", "/v1/data/app/answer").body == "{\"result\":\"\(answer)\"}\n"
        }
    }

    @Test func aFileSaysWhereItIs() async throws {
        let first = try await Self.server("first"), second = try await Self.server("second")
        let configuration = Self.configuration("  policies: {url: 'http://policies.example', resolver: {type: file, path: places}}")
        let folder = try TemporaryFolder(files: ["c.yaml": configuration, "places": first.url])
        let service = try await RunningService.started(["-c", "c.yaml"], in: folder.url)
        try await Self.waitFor("first", service)
        try Data(second.url.utf8).write(to: folder.url.appendingPathComponent("places"), options: .atomic)
        try await first.stop()
        try await Self.waitFor("second", service)
        let metrics = try await service.client.ask("GET", "/metrics").body
        #expect(metrics.contains("upstream_endpoints{upstream=\"policies\",state=\"healthy\"} 1"), "\(metrics.split(separator: "\n").filter { $0.contains("upstream_endpoints") })")
        #expect(metrics.contains("upstream_picks_total{upstream=\"policies\",endpoint=\"\(second.url)\"}"))
        #expect(await service.stop() == 0)
    }

    @Test func aRegistrySaysWhereItIs() async throws {
        let first = try await Self.server("first"), second = try await Self.server("second")
        let registryFolder = try TemporaryFolder(files: ["c.yaml": "registry: {serve: true}\n"])
        let registry = try await RunningService.started(["-c", "c.yaml"], in: registryFolder.url)
        func announce(_ id: String, _ url: String) async throws {
            let body = Data("{\"address\": \"\(url)\", \"lease_seconds\": 60}".utf8)
            #expect(try await registry.client.ask("PUT", "/v1/registry/policy-server/\(id)", body: body).status == 204)
        }
        try await announce("1", first.url)
        let configuration = Self.configuration("""
              registry: {url: 'http://\(registry.address)'}
              policies: {url: 'http://policies.example', resolver: {type: registry, service: registry, name: policy-server}}
            """) + "\nregistry: {register: {service: registry, name: decisions, address: 'http://127.0.0.1:9', heartbeat_seconds: 0.2}}\n"
        let folder = try TemporaryFolder(files: ["c.yaml": configuration])
        let service = try await RunningService.started(["-c", "c.yaml"], in: folder.url)
        try await Self.waitFor("first", service)
        // The service is in the registry itself.
        try await Waiting.until { try await registry.client.ask("GET", "/v1/registry/decisions").body.contains("http:\\/\\/127.0.0.1:9") }
        // The bundle server moves: the new one is announced, the old one takes its leave and ends.
        try await announce("2", second.url)
        #expect(try await registry.client.ask("DELETE", "/v1/registry/policy-server/1").status == 204)
        try await first.stop()
        try await Self.waitFor("second", service)
        // The registry is away: what was known goes on.
        #expect(await registry.stop() == 0)
        for _ in 0..<10 {
            try await Self.waitFor("second", service)
            try await Task.sleep(for: .milliseconds(30))
        }
        #expect(await service.stop() == 0)
    }

    @Test func aRegistryThatIsNoneSaysSo() async throws {
        let folder = try TemporaryFolder(files: ["p.rego": "package p"])
        let service = try await RunningService.started(["p.rego"], in: folder.url)
        let answer = try await service.client.ask("GET", "/v1/registry/x")
        #expect(answer.status == 404 && answer.body.contains("registry.serve is not true"))
        #expect(await service.stop() == 0)
    }
}
