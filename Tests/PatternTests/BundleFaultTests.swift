import Archives
import Foundation
import Governance
import Support
import Synchronization
import Testing

/// A bundle server that answers badly or not at all, and the whole service: it decides on by the last good policy, says why, and recovers without a hand.
@Suite(.serialized) struct BundleFaultTests {
    private static func archive(_ answer: String) throws -> [UInt8] {
        try BundleWriter.archive([
            ArchiveEntry(path: ".manifest", bytes: Array("{\"revision\": \"\(answer)\", \"roots\": [\"app\"]}".utf8)),
            ArchiveEntry(path: "app.rego", bytes: Array("package app\n\nanswer := \"\(answer)\"".utf8)),
        ])
    }

    private static func configuration(_ url: String) -> String {
        """
        services:
          policies:
            url: \(url)
            response_header_timeout_seconds: 0.5
            breaker: {minimum_calls: 5, open_seconds: 0.5, maximum_open_seconds: 1}
        bundles: {b: {service: policies, resource: one, polling: {min_delay_seconds: 0.02, max_delay_seconds: 0.04}}}
        status: {console: false, prometheus: true}
        """
    }

    @Test(arguments: ["500", "hangs", "truncates", "corrupts"])
    func theLastGoodPolicyDecidesOn(_ fault: String) async throws {
        let isBroken = Mutex(false)
        let good = try Self.archive("one")
        let server = try await LoopbackServer { _ in
            guard isBroken.withLock({ $0 }) else { return .response(status: 200, body: good) }
            switch fault {
            case "500": return .text("no", status: 500)
            case "hangs": return .silence
            case "truncates": return .truncated(body: Array(good.prefix(good.count / 2)))
            default: return .response(status: 200, body: good.enumerated().map { $0.offset % 40 == 20 ? $0.element ^ 0xff : $0.element })
            }
        }
        let folder = try TemporaryFolder(files: ["c.yaml": Self.configuration(server.url)])
        let service = try await RunningService.started(["-c", "c.yaml"], in: folder.url)
        let client = service.client
        try await Waiting.until { try await client.ask("GET", "/v1/data/app/answer").body == "{\"result\":\"one\"}\n" }
        isBroken.withLock { $0 = true }
        let broken = ContinuousClock.now
        try await Waiting.until {
            // Every decision meanwhile is the last good policy's.
            #expect(try await client.ask("GET", "/v1/data/app/answer").body == "{\"result\":\"one\"}\n")
            return try await client.ask("GET", "/v1/breakers").body.contains("\"state\":\"open\"")
        }
        Measurement.note("breaker of a bundle server that \(fault) open after", "\(ContinuousClock.now - broken)")
        // While the breaker is open the server is not asked, and the status names the reason.
        try await Waiting.until { try await client.ask("GET", "/v1/status").body.contains("the circuit breaker of 'policies' is open") }
        let breakers = try await client.ask("GET", "/v1/breakers")
        #expect(breakers.body.contains("\"name\":\"policies\"") && breakers.body.contains("\"reason\":"), "\(breakers.body)")
        let metrics = try await client.ask("GET", "/metrics").body
        #expect(metrics.contains("breaker_state{upstream=\"policies\"}") && metrics.contains("upstream_rejections_total{reason=\"breaker\",upstream=\"policies\"}") || metrics.contains("upstream_rejections_total{upstream=\"policies\",reason=\"breaker\"}"), "\(metrics)")
        #expect(try await client.ask("GET", "/health").status == 200)
        isBroken.withLock { $0 = false }
        let mended = ContinuousClock.now
        try await Waiting.until { try await client.ask("GET", "/v1/breakers").body.contains("\"state\":\"closed\"") }
        Measurement.note("breaker of a bundle server that \(fault) closed after", "\(ContinuousClock.now - mended)")
        try await Waiting.until { try await !client.ask("GET", "/v1/status").body.contains("\"code\":\"bundle_error\"") }
        #expect(try await client.ask("GET", "/v1/data/app/answer").body == "{\"result\":\"one\"}\n")
        #expect(await service.stop() == 0)
    }

    @Test func breakersAreHeldByHand() async throws {
        let good = try Self.archive("one")
        let server = try await LoopbackServer { _ in .response(status: 200, body: good) }
        let folder = try TemporaryFolder(files: ["c.yaml": Self.configuration(server.url)])
        let service = try await RunningService.started(["-c", "c.yaml"], in: folder.url)
        let client = service.client
        #expect(try await client.ask("PUT", "/v1/breakers/policies", body: Data("{\"state\": \"open\", \"seconds\": 600}".utf8)).status == 204)
        #expect(try await client.ask("GET", "/v1/breakers").body.contains("\"state\":\"forced-open\""))
        let graph = try await client.ask("GET", "/v1/breakers?format=graphviz")
        #expect(graph.headers["content-type"] == "text/vnd.graphviz" && graph.body.hasPrefix("digraph breakers {") && graph.body.contains("\"policies\""))
        try await Waiting.until { try await client.ask("GET", "/v1/status").body.contains("it was opened by hand") }
        #expect(try await client.ask("DELETE", "/v1/breakers/policies").status == 204)
        try await Waiting.until { try await client.ask("GET", "/v1/data/app/answer").body == "{\"result\":\"one\"}\n" }
        for (path, body, status) in [
            ("policies", "{\"state\": \"ajar\", \"seconds\": 5}", 400), ("policies", "{\"state\": \"open\"}", 400), ("policies", "[", 400),
            ("policies", "{\"state\": \"open\", \"seconds\": 0}", 400), ("nobody", "{\"state\": \"open\", \"seconds\": 5}", 404),
        ] {
            #expect(try await client.ask("PUT", "/v1/breakers/\(path)", body: Data(body.utf8)).status == status, "\(path) \(body)")
        }
        let upstreams = try await client.ask("GET", "/v1/upstreams?pretty")
        #expect(upstreams.status == 200 && upstreams.body.contains("\"name\": \"policies\""))
        #expect(await service.stop() == 0)
    }
}
