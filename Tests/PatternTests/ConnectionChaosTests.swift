import Foundation
import Support
import Testing

/// Faults where clients meet the service: connections, handshakes, requests, answers.
@Suite(.serialized) struct ConnectionChaosTests {
    private static let policy = "package app\n\nallow if input.user == \"ada\"\n"
    private static let configuration = "chaos: {enabled: true, steady_state: {maximum_failure_share: 1}}\n"

    /// What `curl` shows of one request.
    private struct Seen {
        var exitCode: Int32
        var status: Int
        var body: String
        var seconds: Double
    }

    /// A service, and the socket on which experiments are begun and ended: its connections are not those that they hit.
    private struct Service {
        let folder: TemporaryFolder
        let running: RunningService
        let scheme: String

        init(_ arguments: [String] = [], files: [String: String] = [:], scheme: String = "http") async throws {
            folder = try TemporaryFolder(files: ["p.rego": ConnectionChaosTests.policy, "c.yaml": ConnectionChaosTests.configuration].merging(files) { $1 })
            running = try await RunningService.started(["--addr", "unix://control", "-c", "c.yaml"] + arguments + ["p.rego"], in: folder.url)
            self.scheme = scheme
            #expect(try await running.waitForLog("Server started.", count: 2))
        }

        func control(_ method: String, _ path: String, _ body: String = "") throws -> String {
            try Command.shell("curl -sS --unix-socket control -X \(method) -d '\(body)' -w '%{http_code}' http://a\(path)", in: folder.url).output
        }

        func begin(_ point: String, _ fault: String, tags: String? = nil) throws {
            // The socket on which experiments are ended is a listener too.
            let tags = tags ?? (point.hasPrefix("listener.") ? #"{"listener": "127.0.0.1:0"}"# : "{}")
            let document = #"{"hypothesis": "h", "at": "\#(point)", "fault": \#(fault), "tags": \#(tags)}"#
            #expect(try control("PUT", "/v1/chaos/e", document) == "204")
        }

        func end() throws { #expect(try control("DELETE", "/v1/chaos/e") == "204") }

        func ask(_ path: String = "/v1/data/app/allow", _ options: String = "") throws -> Seen {
            let format = "\\n%{http_code} %{time_total}"
            let line = "curl -s --max-time 2 \(options) -d '{\"input\": {\"user\": \"ada\"}}' -w '\(format)' \(scheme)://\(running.address)\(path)"
            let outcome = try Command.shell(line, in: folder.url)
            let lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false)
            let figures = lines.last?.split(separator: " ").map(String.init) ?? []
            return Seen(
                exitCode: outcome.code, status: figures.first.flatMap { Int($0) } ?? 0, body: lines.dropLast().joined(separator: "\n"),
                seconds: figures.last.flatMap { Double($0) } ?? 0)
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var point: String
        var fault: String
        /// Of `curl`: 18 part of a body, 28 no answer in time, 52 and 56 a connection that was closed.
        var exitCodes: [Int32] = [0]
        var status = 0
        var body: String?
        var seconds = 0.0

        var testDescription: String { "\(point) \(fault)" }
    }

    private static let granted = "{\"result\":true}\n"

    static let cases = [
        Case(point: "listener.accept", fault: #"{"error": "closed"}"#, exitCodes: [52, 56]),
        Case(point: "listener.accept", fault: #"{"drop": true}"#, exitCodes: [28]),
        Case(point: "listener.accept", fault: #"{"latency": {"seconds": 0.3}}"#, status: 200, body: granted, seconds: 0.3),
        Case(point: "connection.read", fault: #"{"error": "closed"}"#, exitCodes: [52, 56]),
        Case(point: "connection.read", fault: #"{"drop": true}"#, exitCodes: [28]),
        Case(point: "connection.read", fault: #"{"latency": {"seconds": 0.3}}"#, status: 200, body: granted, seconds: 0.3),
        Case(point: "connection.write", fault: #"{"error": "closed"}"#, exitCodes: [52, 56]),
        Case(point: "connection.write", fault: #"{"drop": true}"#, exitCodes: [28]),
        Case(point: "connection.write", fault: #"{"latency": {"seconds": 0.3}}"#, status: 200, body: granted, seconds: 0.3),
        Case(point: "connection.write", fault: #"{"bytes_per_second": 40}"#, status: 200, body: granted, seconds: 0.39),
        Case(point: "connection.write", fault: #"{"status": 503}"#, status: 503),
        Case(point: "connection.write", fault: #"{"abort_after": 0.5}"#, exitCodes: [18, 56], status: 200, body: "{\"result"),
        Case(point: "connection.write", fault: #"{"truncate_to": 0.5}"#, status: 200, body: "{\"result"),
    ]

    @Test func clientsSeeEachFaultAndNothingAfterIt() async throws {
        let service = try await Service()
        for item in Self.cases {
            try service.begin(item.point, item.fault)
            let seen = try service.ask()
            #expect(item.exitCodes.contains(seen.exitCode) && seen.status == item.status && seen.seconds >= item.seconds, "\(item): \(seen)")
            if let body = item.body { #expect(seen.body == body, "\(item): \(seen)") }
            try service.end()
            #expect(try service.ask().body == Self.granted, "after \(item)")
        }
        let metrics = try service.control("GET", "/metrics")
        // Latency harms nobody's answer.
        #expect(metrics.contains("chaos_harmed_requests_total 9\n"), "\(metrics.split(separator: "\n").filter { $0.contains("chaos") })")
        #expect(await service.running.stop() == 0)
    }

    @Test func onlyWhatTheTagsNameIsHit() async throws {
        let service = try await Service()
        try service.begin("connection.write", #"{"error": "closed"}"#, tags: #"{"path": "/v1/data/app/allow", "method": "POST"}"#)
        #expect(try service.ask().status == 0)
        #expect(try service.ask("/v1/data/app").status == 200)
        // The experiments' own API answers whatever they do.
        try service.end()
        try service.begin("connection.read", #"{"error": "closed"}"#)
        #expect(try service.ask().status == 0)
        #expect(try Command.shell("curl -sS http://\(service.running.address)/v1/chaos").output.contains("\"hits\":1"))
        try service.end()
        #expect(await service.running.stop() == 0)
    }

    @Test func handshakesAndStreamsOfHTTP2() async throws {
        let certificates = try TestCertificates.make()
        let names = ["ca.pem", "server.pem", "server.key"]
        let files = Dictionary(uniqueKeysWithValues: try names.map { ($0, try String(contentsOf: certificates.url.appendingPathComponent($0), encoding: .utf8)) })
        let service = try await Service(["--tls-cert-file", "server.pem", "--tls-private-key-file", "server.key"], files: files, scheme: "https")
        let options = "--cacert ca.pem --http2"
        #expect(try service.ask("/v1/data/app/allow", options).body == Self.granted)
        try service.begin("listener.tls", #"{"error": "closed"}"#)
        #expect(try service.ask("/v1/data/app/allow", options).exitCode == 35)
        try service.end()
        try service.begin("listener.tls", #"{"latency": {"seconds": 0.3}}"#)
        let late = try service.ask("/v1/data/app/allow", options)
        #expect(late.body == Self.granted && late.seconds >= 0.3)
        try service.end()
        for fault in [#"{"error": "closed"}"#, #"{"abort_after": 0.5}"#] {
            try service.begin("connection.write", fault)
            let broken = try service.ask("/v1/data/app/allow", options)
            // The stream was reset (92), or ended before its time (18).
            #expect([18, 52, 56, 92].contains(broken.exitCode) && broken.body != Self.granted, "\(broken)")
            try service.end()
        }
        #expect(try service.ask("/v1/data/app/allow", options).body == Self.granted)
        #expect(await service.running.stop() == 0)
    }

    /// Connections that are closed never become requests, and still end the experiment.
    @Test func theGuardSeesWhatNoRequestShows() async throws {
        let service = try await Service(files: ["c.yaml": "chaos: {enabled: true, steady_state: {maximum_failure_share: 0.1}}\n"])
        try service.begin("listener.accept", #"{"error": "closed"}"#)
        let start = ContinuousClock.now
        try await Waiting.until {
            for _ in 0..<10 { _ = try? RawConnection(service.running.address) }
            return try service.control("GET", "/v1/chaos").contains("steady state lost")
        }
        Measurement.note("experiment that closes connections ended after", "\(ContinuousClock.now - start)")
        #expect(try service.ask().body == Self.granted)
        #expect(await service.running.stop() == 0)
    }
}
