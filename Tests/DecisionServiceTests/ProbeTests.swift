import Archives
import Foundation
import Governance
import Support
import Synchronization
import Testing

/// What the service says of its health while it starts, while something around it fails, and while it ends.
@Suite struct ProbeTests {
    private static func archive(_ revision: String) throws -> [UInt8] {
        try BundleWriter.archive([
            ArchiveEntry(path: ".manifest", bytes: Array("{\"revision\": \"\(revision)\", \"roots\": [\"app\"]}".utf8)),
            ArchiveEntry(path: "app.rego", bytes: Array("package app\n\nanswer := \"\(revision)\"".utf8)),
        ])
    }

    private static func eventually(_ condition: () async throws -> Bool) async throws -> Bool {
        for _ in 0..<1000 {
            if try await condition() { return true }
            try await Task.sleep(for: .milliseconds(10))
        }
        return false
    }

    @Test func anOutageOfTheBundleServerDegradesButEndsNothing() async throws {
        let isThere = Mutex(false)
        let server = try await LoopbackServer { _ in
            isThere.withLock { $0 } ? .response(status: 200, body: try Self.archive("r1")) : .text("", status: 500)
        }
        let configuration = "services: {s: {url: '\(server.url)', breaker: {enabled: false}}}\nbundles: {b: {resource: b, polling: {min_delay_seconds: 0.02, max_delay_seconds: 0.05}}}\n"
        let folder = try TemporaryFolder(files: ["config.yaml": configuration])
        let service = try await RunningService.started(["-c", "config.yaml"], in: folder.url)
        let client = service.client
        for probe in ["startup", "ready"] {
            let early = try await client.ask("GET", "/v1/health/\(probe)")
            #expect(early.status == 503 && early.body.contains("{\"component\":\"bundle/b\",\"depth\":1,\"detail\":"), "\(early.body)")
        }
        #expect(try await client.ask("GET", "/v1/health/live").status == 200)
        isThere.withLock { $0 = true }
        #expect(try await Self.eventually { try await client.ask("GET", "/v1/health/ready").status == 200 })
        #expect(try await client.ask("GET", "/v1/health/startup").status == 200)
        isThere.withLock { $0 = false }
        #expect(try await Self.eventually { try await client.ask("GET", "/v1/health/ready").body.contains("\"state\":\"degraded\"}}") })
        let degraded = try await client.ask("GET", "/v1/health/ready")
        #expect(degraded.status == 200 && degraded.body.contains("server replied with Internal Server Error"), "\(degraded.body)")
        #expect(try await client.ask("GET", "/v1/health/live").body.contains("\"state\":\"ok\"}}"))
        #expect(try await client.ask("GET", "/v1/data/app/answer").body == "{\"result\":\"r1\"}\n")
        isThere.withLock { $0 = true }
        #expect(try await Self.eventually { try await client.ask("GET", "/v1/health/ready").body.contains("\"state\":\"ok\"}}") })
        #expect(await service.stop() == 0)
    }

    @Test func whoEndsIsNotReadyAndFinishesItsWork() async throws {
        let folder = try TemporaryFolder(files: ["p.rego": "package app\n\nlong := count([x | some x in numbers.range(1, 150000); x % 7 == input.n])\n"])
        let service = try await RunningService.started(["--shutdown-wait-period", "600", "."], in: folder.url)
        let client = service.client
        #expect(try await client.ask("GET", "/v1/health/ready").status == 200)
        #expect(try await client.ask("GET", "/health/ready").status == 200)
        let underWay = try RawConnection(service.address)
        underWay.send(ConnectionFaultTests.post("{\"input\": {\"n\": 0}}", path: "/v1/data/app/long"))
        service.terminate()
        #expect(try await service.waitForLog("Shutting down after the wait period."))
        let late = try await client.ask("GET", "/v1/health/ready")
        #expect(late.status == 503 && late.body.contains("the service is about to end"))
        #expect(try await client.ask("GET", "/health/ready").status == 500)
        #expect(try await client.ask("GET", "/health").status == 200)
        #expect(try await client.ask("GET", "/v1/health/live").status == 200)
        #expect(await underWay.receive { $0.hasSuffix("{\"result\":21428}\n") }.hasPrefix("HTTP/1.1 200 OK"))
        service.kill()
    }

    /// The framed request for a service by its name, written to a file for `curl`.
    private static func ask(_ method: String, _ service: String, _ address: String, in folder: TemporaryFolder, more: String = "") throws -> Command.Outcome {
        let name = Array(service.utf8)
        let message: [UInt8] = name.isEmpty ? [] : [0x0a, UInt8(name.count)] + name
        let file = "request-\(method)-\(service)"
        try Data([0, 0, 0, 0, UInt8(message.count)] + message).write(to: folder.url.appendingPathComponent(file))
        return try Command.shell(
            "curl -sS --http2-prior-knowledge -H 'content-type: application/grpc' -H 'te: trailers' --data-binary @\(file) -D fields \(more) http://\(address)/grpc.health.v1.Health/\(method) | od -An -v -tx1 | tr -d ' \\n'; cat fields >&2",
            in: folder.url)
    }

    @Test func theHealthProtocolOfGRPCIsSpoken() async throws {
        let folder = try TemporaryFolder(files: ["p.rego": "package app\n\nanswer := 1\n"])
        let service = try await RunningService.started(["--h2c", "--shutdown-wait-period", "1", "p.rego"], in: folder.url)
        for name in ["", "ready", "live", "startup"] {
            let answer = try Self.ask("Check", name, service.address, in: folder)
            #expect(answer.output == "00000000020801" && answer.error.contains("grpc-status: 0"), "\(answer.error)")
        }
        let unknown = try Self.ask("Check", "other", service.address, in: folder)
        #expect(unknown.output.isEmpty && unknown.error.contains("grpc-status: 5"))
        #expect(try Self.ask("List", "", service.address, in: folder).error.contains("grpc-status: 12"))
        // Everything else is answered as ever.
        #expect(try Command.shell("curl -sS --http2-prior-knowledge http://\(service.address)/v1/data/app/answer").output == "{\"result\":1}\n")
        // Who watches learns that the service ends, and is let go.
        let address = service.address
        let watching = Task.detached { try Self.ask("Watch", "", address, in: folder, more: "-N") }
        #expect(try await Self.eventually {
            let fields = (try? String(contentsOf: folder.url.appendingPathComponent("fields"), encoding: .utf8)) ?? ""
            return fields.contains("HTTP/2 200") && !fields.contains("grpc-status")
        })
        service.terminate()
        let watched = try await watching.value
        #expect(watched.output == "0000000002080100000000020802" && watched.error.contains("grpc-status: 14"), "\(watched.output) \(watched.error)")
        #expect(await service.waitForExit() == 0)
    }

    @Test func malformedRequestsOfTheHealthProtocolAreRefused() async throws {
        let folder = try TemporaryFolder(files: ["p.rego": "package app\n"])
        let service = try await RunningService.started(["--h2c", "p.rego"], in: folder.url)
        for body in ["", "abc", "\\0\\0\\0\\0\\5\\12\\377", "\\1\\0\\0\\0\\0"] {
            let command = "printf '\(body)' | curl -sS --http2-prior-knowledge -H 'content-type: application/grpc' --data-binary @- -D - http://\(service.address)/grpc.health.v1.Health/Check"
            #expect(try Command.shell(command).output.contains("grpc-status: 3"), "\(body)")
        }
        #expect(await service.stop() == 0)
    }
}
