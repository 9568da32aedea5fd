import Foundation
import Support
import Testing

/// How the service ends when it is asked to.
@Suite struct ShutdownTests {
    private static let policy = """
        package app

        slow := count([x | some x in numbers.range(1, 700000); x % 7 == input.n])

        endless if {
        	xs := numbers.range(1, 3000)
        	some a in xs
        	some b in xs
        	some c in xs
        	a + b + c < input.n
        }
        """

    private func service(_ options: [String] = []) async throws -> RunningService {
        let folder = try TemporaryFolder(files: ["p.rego": Self.policy])
        return try await RunningService.started(options + ["."], in: folder.url)
    }

    private static func request(_ rule: String) -> String { ConnectionFaultTests.post("{\"input\": {\"n\": 0}}", path: "/v1/data/app/\(rule)") }

    private static func waitUntilUnderWay(_ count: Int, at service: RunningService) async throws {
        try await Waiting.until { try await service.client.ask("GET", "/metrics").body.contains("\nverdict_long_decisions \(count)\n") }
    }

    @Test func idleConnectionsAreClosed() async throws {
        let service = try await service()
        let idle = try (0..<20).map { _ in try RawConnection(service.address) }
        let used = try RawConnection(service.address)
        used.send("GET /health HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(await used.receive { $0.hasSuffix("{}\n") }.hasPrefix("HTTP/1.1 200 OK"))
        service.terminate()
        for client in idle + [used] { #expect(await client.isClosed()) }
        #expect(await service.waitForExit() == 0)
    }

    @Test func requestsUnderWayAreAnsweredAndTheirConnectionsClosed() async throws {
        let service = try await service(["--shutdown-grace-period", "60"])
        let clients = try (0..<3).map { _ in try RawConnection(service.address, patience: 60) }
        for client in clients { client.send(Self.request("slow")) }
        try await Self.waitUntilUnderWay(3, at: service)
        service.terminate()
        for client in clients {
            let answer = await client.receive()
            #expect(answer.hasPrefix("HTTP/1.1 200 OK"), "\(answer)")
            #expect(answer.hasSuffix("{\"result\":100000}\n"), "\(answer)")
        }
        #expect(await service.waitForExit() == 0)
    }

    @Test func theServiceGoesOnForTheWaitPeriod() async throws {
        let service = try await service(["--shutdown-wait-period", "600"])
        service.terminate()
        #expect(try await service.waitForLog("Shutting down after the wait period."))
        let late = try RawConnection(service.address)
        late.send("GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        #expect(await late.receive().hasPrefix("HTTP/1.1 200 OK"))
        service.kill()
    }

    @Test func whatTakesLongerThanTheGracePeriodIsCutOff() async throws {
        let service = try await service(["--shutdown-grace-period", "1"])
        let client = try RawConnection(service.address, patience: 60)
        client.send(Self.request("endless"))
        try await Self.waitUntilUnderWay(1, at: service)
        service.terminate()
        #expect(await client.receive().isEmpty)
        #expect(await service.waitForExit() == 0)
        #expect(service.logText.contains("The grace period is over"))
    }

    @Test func anAddressInUseIsAnError() async throws {
        let service = try await service()
        let outcome = try Command.verdict(["run", "--server", "--addr", service.address, "policies"])
        #expect(outcome.code == 1)
        #expect(outcome.error.contains("listen on \(service.address)"))
    }
}
