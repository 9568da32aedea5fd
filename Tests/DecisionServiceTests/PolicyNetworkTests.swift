import Foundation
import Support
import Synchronization
import Testing

/// What policies ask other servers for, in a running service.
@Suite struct PolicyNetworkTests {
    private static func policy(_ request: String) -> [String: String] {
        ["p.rego": "package app\n\nanswer := http.send(\(request))\n\nvalue := answer.body.value\n\nquick := true\n"]
    }

    private static func value(_ answer: Client.Answer) throws -> JSON { try JSONDecoder().decode(JSON.self, from: Data(answer.body.utf8)) }

    private static func json(_ text: String, status: Int = 200, headers: [(String, String)] = []) -> LoopbackServer.Answer {
        .text(text, status: status, headers: [("Content-Type", "application/json")] + headers)
    }

    @Test func decisionsHaveWhatServersAnswer() async throws {
        let server = try await LoopbackServer { request in
            request.method == "POST" && request.text == #"{"user":"ada"}"# && request.header("X-Team") == "blue" ? Self.json(#"{"value": 7}"#) : .text("", status: 400)
        }
        let request = #"{"method": "post", "url": "\#(server.url)/role", "body": {"user": input.user}, "headers": {"X-Team": "blue"}}"#
        let folder = try TemporaryFolder(files: Self.policy(request))
        let service = try await RunningService.started(["p.rego"], in: folder.url)
        let asked = Data(#"{"input": {"user": "ada"}}"#.utf8)
        #expect(try Self.value(await service.client.ask("POST", "/v1/data/app/value", body: asked))["result"] == .number(7))
        #expect(try Self.value(await service.client.ask("POST", "/v1/query", body: Data(#"{"query": "x = data.app.value", "input": {"user": "ada"}}"#.utf8)))["result"] == .array([.object(["x": .number(7)])]))
        #expect(server.requests.allSatisfy { $0.header("User-Agent")?.hasPrefix("Verdict/") == true })
        #expect(server.requests.count == 2)
    }

    private final class Count: Sendable {
        let value = Mutex(0)
    }

    /// A server that never answers keeps nobody waiting but who asks for it.
    @Test func shortDecisionsDoNotWaitForServers() async throws {
        let server = try await LoopbackServer { _ in .silence }
        let folder = try TemporaryFolder(files: Self.policy(#"{"method": "get", "url": "\#(server.url)", "timeout": "60s"}"#))
        let service = try await RunningService.started(["--shutdown-grace-period", "0", "p.rego"], in: folder.url)
        let client = service.client
        let answered = Count()
        await withThrowingTaskGroup(of: Void.self) { group in
            for path in ["/v1/data/app/answer", "/v1/query?q=x%3Ddata.app.answer", "/v1/data/app/answer", "/v1/query?q=x%3Ddata.app.answer"] {
                group.addTask {
                    _ = try await client.ask("GET", path)
                    answered.value.withLock { $0 += 1 }
                }
            }
            group.addTask {
                while server.requests.count < 4 { try await Task.sleep(for: .milliseconds(5)) }
                for _ in 0..<20 { #expect(try Self.value(await client.ask("POST", "/v1/data/app/quick"))["result"] == .boolean(true)) }
                #expect(try await client.ask("GET", "/v1/policies").status == 200)
                #expect(answered.value.withLock { $0 } == 0)
                throw CancellationError()
            }
            // The first to end is the last one, whose work is done; the others are given up with it.
            while let result = await group.nextResult() { if case .failure(let error) = result, error is CancellationError { break } }
            group.cancelAll()
        }
    }

    @Test func aServerThatDoesNotAnswerInTimeIsAnError() async throws {
        let server = try await LoopbackServer { _ in .silence }
        let request = #"{"method": "get", "url": "\#(server.url)", "timeout": "50ms", "raise_error": false}"#
        let folder = try TemporaryFolder(files: Self.policy(request))
        let service = try await RunningService.started(["p.rego"], in: folder.url)
        let answer = try await service.client.ask("POST", "/v1/data/app/answer")
        #expect(answer.body.contains("eval_http_send_network_error") && answer.body.contains("request timed out"), "\(answer.body)")
    }

    /// Who waits for a decision waits no longer for what the decision asks others for, and those learn of it.
    @Test func deadlinesTravel() async throws {
        let server = try await LoopbackServer { _ in .silence }
        let folder = try TemporaryFolder(files: Self.policy(#"{"method": "get", "url": "\#(server.url)", "timeout": "60s", "raise_error": false}"#))
        let service = try await RunningService.started(["p.rego"], in: folder.url)
        let answer = try await service.client.ask("POST", "/v1/data/app/answer", headers: ["X-Request-Deadline": "300"])
        #expect(answer.body.contains("request timed out"), "\(answer.body)")
        let query = try await service.client.ask("GET", "/v1/query?q=x%3Ddata.app.answer", headers: ["X-Request-Deadline": "300"])
        #expect(query.body.contains("request timed out"), "\(query.body)")
        #expect(server.requests.count == 2)
        for request in server.requests {
            let passed = try #require(request.header("X-Request-Deadline").flatMap { Int($0) })
            #expect((1...270).contains(passed))
        }
    }

    /// A server that only fails is left alone, and clients learn which one it is.
    @Test func clientsLearnWhoIsTheCause() async throws {
        let server = try await LoopbackServer { _ in .text("", status: 500) }
        let folder = try TemporaryFolder(files: Self.policy(#"{"method": "get", "url": "\#(server.url)", "raise_error": false}"#))
        let service = try await RunningService.started(["p.rego"], in: folder.url)
        var causes: [String?] = []
        for _ in 0..<25 {
            let answer = try await service.client.ask("POST", "/v1/data/app/answer")
            causes.append(answer.headers.first { $0.key.lowercased() == "x-breaker-root" }?.value)
        }
        #expect(causes.prefix(20).allSatisfy { $0 == nil })
        #expect(causes.last == server.url)
        #expect(server.requests.count < 25)
    }

    /// A breaker that opens is a line of the log, an event of healing, a number, and an event of the span of the request that opened it.
    @Test func aBreakerThatOpensIsToldEverywhere() async throws {
        let receiver = try await LoopbackServer { _ in .text("") }
        let server = try await LoopbackServer { _ in .text("", status: 500) }
        let folder = try TemporaryFolder(files: Self.policy(#"{"method": "get", "url": "\#(server.url)", "raise_error": false}"#))
        let service = try await RunningService.started(
            [
                "--set", "distributed_tracing.type=http", "--set", "distributed_tracing.address=127.0.0.1:\(receiver.port)",
                "--set", "distributed_tracing.batch_span_processor_options.batch_timeout_ms=50", "p.rego",
            ], in: folder.url)
        for _ in 0..<25 { _ = try await service.client.ask("POST", "/v1/data/app/answer") }
        let lines = service.logText.split(separator: "\n").compactMap { try? JSONDecoder().decode(JSON.self, from: Data($0.utf8)) }
        let line = try #require(lines.first { $0["msg"] == .string("A circuit breaker changed its state.") })
        #expect(line["breaker"] == .string(server.url) && line["from"] == .string("closed") && line["to"] == .string("open"))
        #expect(line["reason"] == .string("20 of 20 calls failed"))
        let healing = try await service.client.ask("GET", "/v1/healing").body
        #expect(healing.contains("\"action\":\"isolate\"") && healing.contains("\"component\":\"circuit_breaker\""), "\(healing)")
        let metrics = try await service.client.ask("GET", "/metrics").body
        #expect(metrics.contains("breaker_transitions_total{upstream=\"\(server.url)\",from=\"closed\",to=\"open\"} 1\n"))
        #expect(await service.stop() == 0)
        let exported = receiver.requests.flatMap(\.body)
        #expect(exported.contains(Array("breaker.transition".utf8)))
    }

    @Test func freshResponsesAreKeptAndStaleOnesConfirmed() async throws {
        let server = try await LoopbackServer { request in
            switch request.target {
            case "/fresh": Self.json(#"{"value": 1}"#, headers: [("Cache-Control", "max-age=60")])
            case "/confirmed" where request.header("If-None-Match") == "\"a\"": .response(status: 304, headers: [("Cache-Control", "max-age=60")])
            case "/confirmed": Self.json(#"{"value": 2}"#, headers: [("ETag", "\"a\""), ("Cache-Control", "max-age=1")])
            default: Self.json(#"{"value": 3}"#)
            }
        }
        let folder = try TemporaryFolder(files: [
            "p.rego": #"""
                package app

                fresh := http.send({"method": "get", "url": "\#(server.url)/fresh", "cache": true}).body.value

                confirmed := http.send({"method": "get", "url": "\#(server.url)/confirmed", "cache": true}).body.value

                forced := http.send({"method": "get", "url": "\#(server.url)/forced", "force_cache": true, "force_cache_duration_seconds": 60}).body.value

                twice := [http.send({"method": "get", "url": "\#(server.url)/twice"}).body.value | some _ in [1, 2]]
                """#,
        ])
        let service = try await RunningService.started(["p.rego"], in: folder.url)
        for path in ["fresh", "forced", "confirmed"] {
            for _ in 0..<3 { #expect(try await service.client.ask("POST", "/v1/data/app/\(path)").status == 200) }
        }
        try await Task.sleep(for: .milliseconds(1100))
        for _ in 0..<2 { #expect(try Self.value(await service.client.ask("POST", "/v1/data/app/confirmed"))["result"] == .number(2)) }
        #expect(try Self.value(await service.client.ask("POST", "/v1/data/app/twice"))["result"] == .array([.number(3), .number(3)]))
        let targets = Dictionary(grouping: server.requests, by: \.target).mapValues(\.count)
        #expect(targets == ["/fresh": 1, "/forced": 1, "/confirmed": 2, "/twice": 1])
        let metrics = try await service.client.ask("GET", "/metrics").body
        #expect(metrics.contains("verdict_http_cache_entries 3"))
        #expect(metrics.contains("verdict_region_bytes{region=\"data\"}"))
    }

    @Test func requestsOfPoliciesBelongToTheTrace() async throws {
        let receiver = try await LoopbackServer { _ in .text("") }
        let server = try await LoopbackServer { _ in Self.json(#"{"value": 1}"#) }
        let folder = try TemporaryFolder(files: Self.policy(#"{"method": "get", "url": "\#(server.url)"}"#))
        let service = try await RunningService.started(
            [
                "--set", "distributed_tracing.type=http", "--set", "distributed_tracing.address=127.0.0.1:\(receiver.port)",
                "--set", "distributed_tracing.batch_span_processor_options.batch_timeout_ms=50", "p.rego",
            ], in: folder.url)
        let headers = ["traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "tracestate": "a=1", "baggage": "k=v"]
        _ = try await service.client.ask("POST", "/v1/data/app/value", headers: headers)
        #expect(await service.stop() == 0)
        let request = try #require(server.requests.first)
        let parent = try #require(request.header("traceparent"))
        #expect(parent.hasPrefix("00-4bf92f3577b34da6a3ce929d0e0e4736-") && parent.hasSuffix("-01") && !parent.contains("00f067aa0ba902b7"))
        #expect(request.header("tracestate") == "a=1" && request.header("baggage") == "k=v")
        let exported = receiver.requests.flatMap(\.body)
        #expect(exported.contains(Array("HTTP GET".utf8)))
    }

    @Test func theLogSaysWhatBuiltinsAnswered() async throws {
        let server = try await LoopbackServer { _ in Self.json(#"{"value": 1, "secret": "hush"}"#) }
        let folder = try TemporaryFolder(files: [
            "p.rego": #"""
                package app

                value := [time.now_ns() > 0, rand.intn("a", 10) < 10, http.send({"method": "get", "url": "\#(server.url)"}).body.value]
                """#,
            "log.rego": #"""
                package system.log

                mask contains {"op": "upsert", "path": "/nd_builtin_cache/http.send", "value": {}}
                """#,
        ])
        let service = try await RunningService.started(["--set", "decision_logs.console=true", "--set", "nd_builtin_cache=true", "."], in: folder.url)
        _ = try await service.client.ask("POST", "/v1/data/app/value")
        #expect(await service.stop() == 0)
        let lines = service.logText.split(separator: "\n").compactMap { try? JSONDecoder().decode(JSON.self, from: Data($0.utf8)) }
        let event = try #require(lines.first { $0["decision_id"] != nil })
        let answers = try #require(event["nd_builtin_cache"])
        #expect(answers["time.now_ns"]?["[]"] != nil)
        #expect(answers["rand.intn"]?["[\"a\",10]"] != nil)
        #expect(answers["http.send"] == .object([:]))
        #expect(event["masked"] == .array([.string("/nd_builtin_cache/http.send")]))
        #expect(!service.logText.contains("hush"))
    }

    /// What guards the API may wait for a server too, and the event loop does not wait with it.
    @Test func anAuthorizationPolicyMayAskServers() async throws {
        let server = try await LoopbackServer { request in Self.json(#"{"value": \#(request.target == "/ada")}"#) }
        let folder = try TemporaryFolder(files: [
            "p.rego": "package app\n\nquick := true\n",
            "authz.rego": #"""
                package system.authz

                default allow := false

                allow if http.send({"method": "get", "url": sprintf("\#(server.url)/%s", [input.identity])}).body.value
                """#,
        ])
        let service = try await RunningService.started(["--authentication=token", "--authorization=basic", "."], in: folder.url)
        #expect(try await service.client.ask("POST", "/v1/data/app/quick", headers: ["Authorization": "Bearer ada"]).status == 200)
        #expect(try await service.client.ask("POST", "/v1/data/app/quick", headers: ["Authorization": "Bearer eve"]).status == 401)
    }
}
