import Archives
import Foundation
import Governance
import Support
import Synchronization
import Testing

/// What the service tells of its decisions: on the console, in files, to services, as traces.
@Suite struct TelemetryTests {
    private static let files = [
        "p.rego": "package app\n\nallow if input.user == \"ada\"\n",
        "log.rego": "package system.log\n\nmask contains \"/input/password\"\n\ndrop if input.path == \"app/quiet\"\n",
    ]
    private static let request = Data(#"{"input": {"user": "ada", "password": "hush"}}"#.utf8)

    private static func events(_ text: String) -> [JSON] {
        text.split(separator: "\n").compactMap { try? JSONDecoder().decode(JSON.self, from: Data($0.utf8)) }.filter { $0["decision_id"] != nil }
    }

    private static func eventually(_ condition: () throws -> Bool) async throws -> Bool {
        for _ in 0..<1000 {
            if try condition() { return true }
            try await Task.sleep(for: .milliseconds(10))
        }
        return false
    }

    @Test func theConsoleHasEveryDecisionAnswered() async throws {
        let folder = try TemporaryFolder(files: Self.files)
        let service = try await RunningService.started(["--set", "decision_logs.console=true", "--set", "labels.region=north", "."], in: folder.url)
        let client = service.client
        var answered: Set<JSON> = []
        for number in 0..<40 {
            let path = number % 4 == 0 ? "/v1/data/app/allow?pretty" : "/v1/data/app/allow"
            let answer = try JSONDecoder().decode(JSON.self, from: Data(try await client.ask("POST", path, body: Self.request).body.utf8))
            answered.insert(try #require(answer["decision_id"]))
        }
        _ = try await client.ask("POST", "/v1/data/app/quiet", body: Self.request)
        _ = try await client.ask("POST", "/v1/query", body: Data(#"{"query": "x = data.app.allow", "input": {"user": "ada"}}"#.utf8))
        #expect(await service.stop() == 0)
        let events = Self.events(service.logText)
        #expect(events.count == 41)
        #expect(answered.isSubset(of: Set(events.compactMap { $0["decision_id"] })))
        let event = try #require(events.first)
        #expect(event["msg"] == .string("Decision Log"))
        #expect(event["type"] == .string("openpolicyagent.org/decision_logs"))
        #expect(event["input"] == .object(["user": .string("ada")]))
        #expect(event["erased"] == .array([.string("/input/password")]))
        #expect(event["result"] == .boolean(true))
        #expect(event["path"] == .string("app/allow"))
        #expect(event["labels"]?["region"] == .string("north"))
        #expect(event["labels"]?["version"] != nil)
        #expect(event["requested_by"] != nil && event["timestamp"] != nil && event["req_id"] != nil)
        #expect(event["metrics"]?["timer_rego_query_eval_ns"] != nil)
        #expect(events.last?["query"] == .string("x = data.app.allow"))
        #expect(!service.logText.contains("hush"))
    }

    @Test func aFileHasTheErrorsOfDecisions() async throws {
        let folder = try TemporaryFolder(files: ["p.rego": "package app\n\na := 1\n\na := 2 if input.x\n"])
        let service = try await RunningService.started(["--set", "decision_logs.file.path=decisions.log", "p.rego"], in: folder.url)
        #expect(try await service.client.ask("POST", "/v1/data/app/a", body: Data(#"{"input": {"x": true}}"#.utf8)).status == 500)
        #expect(await service.stop() == 0)
        let events = Self.events(try String(contentsOf: folder.url.appendingPathComponent("decisions.log"), encoding: .utf8))
        #expect(events.first?["error"]?["code"] == .string("eval_conflict_error"))
        #expect(events.count == 1)
    }

    @Test func aServiceThatFailsGetsEverythingLater() async throws {
        let attempts = Mutex(0)
        let receiver = try await LoopbackServer { _ in
            let attempt = attempts.withLock { count in
                count += 1
                return count
            }
            return attempt == 1 ? .text("not now", status: 500) : .text("")
        }
        let folder = try TemporaryFolder(files: Self.files)
        let service = try await RunningService.started(
            [
                "--set", "services.acme.url=\(receiver.url)", "--set", "decision_logs.service=acme", "--set", "decision_logs.partition_name=p",
                "--set", "decision_logs.reporting.upload_size_limit_bytes=600", ".",
            ], in: folder.url)
        for _ in 0..<30 { _ = try await service.client.ask("POST", "/v1/data/app/allow", body: Self.request) }
        #expect(await service.stop() == 0)
        #expect(service.logText.contains("Decision log could not be uploaded"))
        var events: [JSON] = []
        for request in receiver.requests.dropFirst() {
            #expect(request.method == "POST" && request.target == "/logs/p")
            #expect(request.header("Content-Encoding") == "gzip" && request.header("Content-Type") == "application/json")
            #expect(request.body.count <= 600)
            events += try JSONDecoder().decode([JSON].self, from: Data(GZip.decompress(request.body, limit: 1 << 20)))
        }
        #expect(receiver.requests.count > 2)
        #expect(events.count == 30)
        #expect(Set(events.compactMap { $0["decision_id"] }).count == 30)
    }

    @Test func tracesGoToAReceiverAndIntoTheLog() async throws {
        let receiver = try await LoopbackServer { _ in .text("") }
        let folder = try TemporaryFolder(files: Self.files)
        let service = try await RunningService.started(
            [
                "--set", "distributed_tracing.type=http", "--set", "distributed_tracing.address=127.0.0.1:\(receiver.port)",
                "--set", "distributed_tracing.batch_span_processor_options.batch_timeout_ms=50", "--set", "decision_logs.console=true", ".",
            ], in: folder.url)
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
        let headers = ["traceparent": "00-\(trace)-00f067aa0ba902b7-01"]
        #expect(try await service.client.ask("POST", "/v1/data/app/allow", body: Self.request, headers: headers).status == 200)
        #expect(try await Self.eventually { !receiver.requests.isEmpty })
        #expect(await service.stop() == 0)
        let request = try #require(receiver.requests.first)
        #expect(request.target == "/v1/traces" && request.header("Content-Type") == "application/x-protobuf")
        let body = receiver.requests.flatMap(\.body)
        for part in ["v1/data", "decision", "log.append", "opa.decision_id", "service.name", "app/allow"] { #expect(body.contains(Array(part.utf8)), "\(part)") }
        #expect(body.contains([0x4b, 0xf9, 0x2f, 0x35, 0x77, 0xb3, 0x4d, 0xa6, 0xa3, 0xce, 0x92, 0x9d, 0x0e, 0x0e, 0x47, 0x36]))
        #expect(Self.events(service.logText).first?["trace_id"] == .string(trace))
    }

    /// Spans that a receiver has been sent so far.
    private static func spans(_ receiver: LoopbackServer) -> [ReceivedSpan] { receiver.requests.flatMap { ReceivedSpan.read($0.body) ?? [] } }

    @Test func decisionsLinkToWhatActivatedTheirPoliciesAndData() async throws {
        let receiver = try await LoopbackServer { _ in .text("") }
        let folder = try TemporaryFolder(files: Self.files)
        let service = try await RunningService.started(
            [
                "--set", "distributed_tracing.type=http", "--set", "distributed_tracing.address=127.0.0.1:\(receiver.port)", "--set", "distributed_tracing.sample_percentage=0",
                "--set", "distributed_tracing.batch_span_processor_options.batch_timeout_ms=50", "--set", "event_log.directory=events", ".",
            ], in: folder.url)
        func ask(_ method: String, _ path: String, _ body: Data, trace: Int) async throws {
            let headers = ["traceparent": "00-0000000000000000000000000000000\(trace)-00f067aa0ba902b7-01"]
            #expect((200..<300).contains(try await service.client.ask(method, path, body: body, headers: headers).status))
        }
        /// The span of the decision within a trace.
        func decision(_ trace: Int) async throws -> ReceivedSpan {
            func find() -> ReceivedSpan? { Self.spans(receiver).first { $0.name == "decision" && $0.trace.hasSuffix("0\(trace)") } }
            try await Waiting.until { find() != nil }
            return try #require(find())
        }
        try await ask("POST", "/v1/data/app/allow", Self.request, trace: 1)
        let first = try await decision(1)
        #expect(first.links.count == 1 && first.links[0].attributes["verdict.activation"] == "start")
        // What the service did by itself is recorded although no new traces are.
        let start = try #require(Self.spans(receiver).first { $0.name == "policy.activation" })
        #expect(first.links[0].trace == start.trace && first.links[0].span == start.identifier && start.parent.isEmpty)
        #expect(start.attributes["verdict.event_sequence"] == "1" && start.attributes["verdict.event_id"] == first.links[0].attributes["verdict.event_id"])

        try await ask("PUT", "/v1/policies/more.rego", Data("package more\n\nx := 1\n".utf8), trace: 2)
        try await ask("PUT", "/v1/data/keys", Data("[1]".utf8), trace: 3)
        try await ask("POST", "/v1/data/app/allow", Self.request, trace: 4)
        let second = try await decision(4)
        #expect(second.links.map { $0.trace.last } == ["2", "3"] && second.links.map { $0.attributes["verdict.activation"] } == ["client", "client"])
        for (link, name) in zip(second.links, ["policy.activation", "data.write"]) {
            let change = try #require(Self.spans(receiver).first { $0.identifier == link.span })
            let request = try #require(Self.spans(receiver).first { $0.identifier == change.parent })
            #expect(change.name == name && change.trace == link.trace && request.kind == 2 && request.parent == "00f067aa0ba902b7")
        }
        // The events name the traces in turn.
        for (link, stream) in zip(second.links, ["policy", "data"]) {
            let answer = try await service.client.ask("GET", "/v1/events?stream=\(stream)").body
            guard case .array(let events)? = try JSONDecoder().decode(JSON.self, from: Data(answer.utf8))["result"] else {
                Issue.record("\(answer)")
                continue
            }
            let event = try #require(events.first { $0["id"] == .string(link.attributes["verdict.event_id"] ?? "") })
            #expect(event["correlation"] == .string(link.trace))
        }
        #expect(await service.stop() == 0)
    }

    @Test func decisionsLinkToTheBundleThatTheyRestOn() async throws {
        let receiver = try await LoopbackServer { _ in .text("") }
        let revision = Shared("one")
        let bundles = try await LoopbackServer { _ in
            let text = revision.withLock { $0 }
            return .response(status: 200, headers: [("ETag", "\"\(text)\"")], body: try BundleWriter.archive([
                ArchiveEntry(path: ".manifest", bytes: Array("{\"revision\": \"\(text)\", \"roots\": [\"app\"]}".utf8)),
                ArchiveEntry(path: "app.rego", bytes: Array("package app\n\nallow := \"\(text)\"".utf8)),
            ]))
        }
        let configuration = """
            services: {policies: {url: '\(bundles.url)'}}
            bundles: {doors: {service: policies, resource: doors, polling: {min_delay_seconds: 0.02, max_delay_seconds: 0.05}}}
            distributed_tracing: {type: http, address: '127.0.0.1:\(receiver.port)', batch_span_processor_options: {batch_timeout_ms: 50}}
            """
        let folder = try TemporaryFolder(files: ["c.yaml": configuration])
        let service = try await RunningService.started(["-c", "c.yaml"], in: folder.url)
        for text in ["one", "two"] {
            revision.withLock { $0 = text }
            try await Waiting.until { try await service.client.ask("GET", "/v1/data/app/allow").body.contains(text) }
            try await Waiting.until {
                let spans = Self.spans(receiver)
                guard let link = spans.last(where: { $0.name == "decision" && $0.links.first?.attributes["verdict.bundle.doors"] == text })?.links.first else { return false }
                // The service took the bundle by itself, in a trace of its own.
                return link.attributes["verdict.activation"] == "bundle" && spans.contains { $0.name == "policy.activation" && $0.identifier == link.span && $0.parent.isEmpty }
            }
        }
        #expect(await service.stop() == 0)
    }

    @Test func theSlowCanBeLookedUp() async throws {
        let receiver = try await LoopbackServer { _ in .text("") }
        let folder = try TemporaryFolder(files: Self.files)
        let service = try await RunningService.started(["--set", "distributed_tracing.type=http", "--set", "distributed_tracing.address=127.0.0.1:\(receiver.port)", "."], in: folder.url)
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
        _ = try await service.client.ask("POST", "/v1/data/app/allow", body: Self.request, headers: ["traceparent": "00-\(trace)-00f067aa0ba902b7-01"])
        let open = try await service.client.ask("GET", "/metrics", headers: ["Accept": "application/openmetrics-text;version=1.0.0"])
        #expect(open.headers["content-type"]?.hasPrefix("application/openmetrics-text; version=1.0.0") == true && open.body.hasSuffix("# EOF\n"))
        for family in ["http_request_duration_seconds_bucket{code=\"200\",handler=\"v1/data\"", "verdict_decision_evaluation_seconds_bucket{path=\"app/allow\""] {
            #expect(open.body.split(separator: "\n").contains { $0.hasPrefix(family) && $0.contains(" # {trace_id=\"\(trace)\",span_id=\"") }, "\(family)")
        }
        let usual = try await service.client.ask("GET", "/metrics")
        #expect(usual.headers["content-type"]?.hasPrefix("text/plain; version=0.0.4") == true && !usual.body.contains(trace))
        #expect(await service.stop() == 0)
    }

    @Test func aReceiverThatIsAwayHoldsNothingUp() async throws {
        let folder = try TemporaryFolder(files: Self.files)
        let service = try await RunningService.started(
            ["--set", "distributed_tracing.type=http", "--set", "distributed_tracing.address=127.0.0.1:9", "--set", "distributed_tracing.batch_span_processor_options.batch_timeout_ms=50", "."],
            in: folder.url)
        for _ in 0..<20 { #expect(try await service.client.ask("POST", "/v1/data/app/allow", body: Self.request).status == 200) }
        #expect(try await service.waitForLog("Spans could not be exported"))
        #expect(await service.stop() == 0)
    }

    @Test(arguments: [
        (["--set", "decision_logs.file.path=/nowhere/at/all.log"], "cannot be created"),
        (["--set", "distributed_tracing.type=grpc"], "grpc is not supported"),
        (["--authentication=jwt"], "--authentication=jwt needs this section"),
        (["--authentication=tls"], "needs --tls-cert-file"),
    ])
    func whatCannotBeSetUpEndsTheStart(_ arguments: [String], _ message: String) throws {
        let folder = try TemporaryFolder()
        let outcome = try Command.verdict(["run", "--server", "--addr", "127.0.0.1:0"] + arguments, in: folder.url)
        #expect(outcome.code == 1)
        #expect(outcome.error.contains(message), "\(outcome.error)")
    }
}
