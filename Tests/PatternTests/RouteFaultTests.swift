import Archives
import Foundation
import Governance
import Support
import Synchronization
import Testing

/// A service whose one part fails: the rest of it goes on.
@Suite struct RouteFaultTests {
    @Test func logsThatNobodyTakesDoNotKeepBundlesAway() async throws {
        let revision = Mutex(1)
        let server = try await LoopbackServer { request in
            guard request.target.hasPrefix("/bundles/") else { return .text("", status: 500) }
            let number = revision.withLock { $0 }
            return .response(status: 200, headers: [("ETag", "\"\(number)\"")], body: try BundleWriter.archive([
                ArchiveEntry(path: ".manifest", bytes: Array("{\"revision\": \"\(number)\", \"roots\": [\"app\"]}".utf8)),
                ArchiveEntry(path: "app.rego", bytes: Array("package app\n\nanswer := \(number)".utf8)),
            ]))
        }
        let configuration = """
            services:
              policies:
                url: '\(server.url)'
                breaker: {minimum_calls: 3}
                routes: {/logs: {breaker: {minimum_calls: 3, open_seconds: 600, maximum_open_seconds: 600}}, /bundles: {breaker: {minimum_calls: 3}}}
            bundles: {b: {resource: bundles/b, polling: {min_delay_seconds: 0.02, max_delay_seconds: 0.05}}}
            decision_logs: {service: policies, reporting: {min_delay_seconds: 0.02, max_delay_seconds: 0.05}}
            """
        let folder = try TemporaryFolder(files: ["c.yaml": configuration])
        let service = try await RunningService.started(["-c", "c.yaml", "--shutdown-grace-period", "0"], in: folder.url)
        func states() async throws -> [String: JSON] {
            let body = try await service.client.ask("GET", "/v1/breakers").body
            guard case .array(let all)? = try JSONDecoder().decode(JSON.self, from: Data(body.utf8))["result"] else { return [:] }
            return Dictionary(uniqueKeysWithValues: all.compactMap { item in
                if case .string(let name)? = item["name"], name.hasPrefix("policies"), let state = item["state"] { (name, state) } else { nil }
            })
        }
        try await Waiting.until {
            _ = try await service.client.ask("GET", "/v1/data/app/answer")
            return try await states()["policies/logs"] == .string("open")
        }
        #expect(try await states() == ["policies": .string("closed"), "policies/logs": .string("open"), "policies/bundles": .string("closed")])
        revision.withLock { $0 = 2 }
        try await Waiting.until { try await service.client.ask("GET", "/v1/data/app/answer").body.contains("\"result\":2") }
        let graph = try await service.client.ask("GET", "/v1/breakers?format=graphviz").body
        #expect(graph.contains("\"policies/logs\" -> \"policies\";"))
        // An operator's hand reaches routes too.
        #expect(try await service.client.ask("PUT", "/v1/breakers/policies/bundles", body: Data(#"{"state": "open", "seconds": 60}"#.utf8)).status == 204)
        #expect(try await states()["policies/bundles"] == .string("forced-open"))
        #expect(try await service.client.ask("GET", "/metrics").body.contains("breaker_state{upstream=\"policies/logs\"} 2\n"))
        #expect(await service.stop() == 0)
    }
}
