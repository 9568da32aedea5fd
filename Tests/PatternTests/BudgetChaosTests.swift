import Foundation
import Support
import Testing

/// Experiments and the error budget: what burns it ends them, and while it burns none begins.
@Suite struct BudgetChaosTests {
    private static let policy = "package app\n\nallow if input.user == \"ada\"\n\nx := 1\n\nx := 2 if input.fails\n"
    /// Whatever fails, only the objective ends experiments.
    private static let configuration = """
        chaos: {enabled: true, steady_state: {maximum_failure_share: 1}}
        slo:
          objectives: {answers: {indicator: availability, threshold_seconds: 60, target: 0.9, period_seconds: 8}}
          alerts: {fast: {burn_rate: 2, long_window_seconds: 8, short_window_seconds: 4}}
        """

    private static func experiment(_ client: Client, _ name: String) async throws -> Client.Answer {
        let fault = #"{"hypothesis": "h", "at": "decision.evaluate", "fault": {"error": "broken"}, "maximum_share": 0.5, "duration_seconds": 600}"#
        return try await client.ask("PUT", "/v1/chaos/\(name)", body: Data(fault.utf8))
    }

    /// Burns the budget without any experiment.
    private static func fail(_ client: Client) async throws {
        for _ in 0..<40 { #expect(try await client.ask("POST", "/v1/data/app/x", body: Data(#"{"input": {"fails": true}}"#.utf8)).status == 500) }
    }

    @Test func aBurningBudgetEndsExperimentsAndForbidsThem() async throws {
        let folder = try TemporaryFolder(files: ["p.rego": Self.policy, "c.yaml": Self.configuration])
        let service = try await RunningService.started(["-c", "c.yaml", "p.rego"], in: folder.url)
        let client = service.client
        func ask() async throws -> Int { try await client.ask("POST", "/v1/data/app/allow", body: Data(#"{"input": {"user": "ada"}}"#.utf8)).status }
        for _ in 0..<20 { #expect(try await ask() == 200) }
        #expect(try await Self.experiment(client, "first").status == 204)
        let start = ContinuousClock.now
        try await Waiting.until {
            for _ in 0..<10 { _ = try await ask() }
            return try await client.ask("GET", "/v1/chaos").body.contains("\"ended\"")
        }
        Measurement.note("experiment that burns the budget ended after", "\(ContinuousClock.now - start)")
        // Two seconds are promised; a busy machine gets some more.
        #expect(ContinuousClock.now - start < .seconds(15))
        #expect(try await client.ask("GET", "/v1/chaos").body.contains("steady state lost: the error budget"))
        try await Self.fail(client)
        let refused = try await Self.experiment(client, "second")
        #expect(refused.status == 400 && refused.body.contains("no experiment may begin now: the error budget"), "\(refused.body)")
        #expect(try await ask() == 200)
        // Time passes, and the budget is whole again.
        try await Waiting.until { try await Self.experiment(client, "third").status == 204 }
        #expect(await service.stop() == 0)
    }

    @Test func thePolicyMaySayOtherwise() async throws {
        let folder = try TemporaryFolder(files: ["p.rego": Self.policy, "c.yaml": Self.configuration + "\n  policy: {freeze_experiments: false}\n"])
        let service = try await RunningService.started(["-c", "c.yaml", "p.rego"], in: folder.url)
        try await Self.fail(service.client)
        #expect(try await service.client.ask("GET", "/v1/slo").body.contains("\"state\":\"burning\""))
        #expect(try await Self.experiment(service.client, "first").status == 204)
        #expect(await service.stop() == 0)
    }
}
