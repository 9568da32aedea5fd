import Foundation
import Support
import Testing

/// What clients do that are slow, greedy or broken: each gets an error that says so, and the others are answered.
@Suite struct ConnectionFaultTests {
    static let policy = "package app\n\nallow if input.user == \"ada\"\n\nname := input.name\n\nlist := [name | some name in input.names]\n"
    static let body = #"{"input": {"user": "ada"}}"#
    static let request = post(body)
    static let granted = "{\"result\":true}\n"

    static func post(_ body: String, path: String = "/v1/data/app/allow", header: String = "") -> String {
        "POST \(path) HTTP/1.1\r\nHost: a\r\n\(header)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    private func service(_ options: [String] = []) async throws -> RunningService {
        let folder = try TemporaryFolder(files: ["p.rego": Self.policy])
        return try await RunningService.started(options + ["."], in: folder.url)
    }

    private func expectAnswers(_ service: RunningService) async throws {
        #expect(try await service.client.ask("POST", "/v1/data/app/allow", body: Data(Self.body.utf8)).body == Self.granted)
    }

    @Test func clientsThatTrickleTheirHeadersAreCutOff() async throws {
        let service = try await service(["--header-timeout", "0.5"])
        let clients = try (0..<200).map { _ in try RawConnection(service.address) }
        for client in clients { client.send("POST /v1/data/app/allow HTTP/1.1\r\n") }
        for client in clients { client.send("X-Slow: 1\r\n") }
        try await expectAnswers(service)
        for client in clients {
            let answer = await client.receive()
            #expect(answer.hasPrefix("HTTP/1.1 408 "))
            #expect(answer.contains("\"code\": \"request_timeout\""))
        }
        try await expectAnswers(service)
    }

    @Test func idleConnectionsKeepNobodyOut() async throws {
        let service = try await service()
        let clients = try (0..<200).map { _ in try RawConnection(service.address) }
        try await expectAnswers(service)
        let last = try #require(clients.last)
        last.send(Self.request)
        #expect(await last.receive { $0.contains("result") }.hasSuffix(Self.granted))
    }

    @Test func idleConnectionsAreClosed() async throws {
        let service = try await service(["--idle-timeout", "0.3"])
        let client = try RawConnection(service.address)
        client.send(Self.request)
        #expect(await client.receive().hasSuffix(Self.granted))
    }

    @Test func aBodyThatStopsIsAnsweredWith408() async throws {
        let service = try await service(["--body-timeout", "0.3"])
        let client = try RawConnection(service.address)
        client.send("POST /v1/data/app/allow HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{\"input\"")
        let answer = await client.receive()
        #expect(answer.hasPrefix("HTTP/1.1 408 "))
        #expect(answer.contains("body did not arrive in time"))
        try await expectAnswers(service)
    }

    @Test func pipelinedRequestsAreAnsweredInOrder() async throws {
        let service = try await service()
        let client = try RawConnection(service.address)
        let requests = (0..<100).map { Self.post("{\"input\": {\"name\": \"n\($0)\"}}", path: "/v1/data/app/name") }
        client.send(requests.joined() + "GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        let answers = await client.receive().components(separatedBy: "HTTP/1.1 200 OK").dropFirst()
        #expect(answers.count == 101)
        for (number, answer) in answers.dropLast().enumerated() { #expect(answer.hasSuffix("{\"result\":\"n\(number)\"}\n")) }
        #expect(answers.last?.hasSuffix("{}\n") == true)
    }

    @Test func tooManyPipelinedRequestsAreRefusedAfterThoseBefore() async throws {
        let service = try await service(["--max-pipelined-requests", "4"])
        let client = try RawConnection(service.address)
        // The router answers these, and while it does the others wait.
        client.send(String(repeating: "GET /v1/policies HTTP/1.1\r\nHost: a\r\n\r\n", count: 20))
        let answer = await client.receive()
        #expect(answer.components(separatedBy: "HTTP/1.1 200 OK").count > 4)
        #expect(answer.contains("HTTP/1.1 503 "))
        #expect(answer.contains("too many pipelined requests: at most 4"))
    }

    @Test(arguments: [
        (post(String(repeating: " ", count: 2000)), "HTTP/1.1 413 ", "request body too large: at most 1000 bytes"),
        ("POST /v1/data HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n400\r\n\(String(repeating: " ", count: 1024))\r\n", "HTTP/1.1 413 ", "request body too large"),
        ("GET / HTTP/1.1\r\nX: \(String(repeating: "a", count: 5000))\r\n\r\n", "HTTP/1.1 431 ", "request header too large: at most 4096 bytes"),
        ("GET /\(String(repeating: "a", count: 5000)) HTTP/1.1\r\n\r\n", "HTTP/1.1 431 ", "request header too large"),
        ("GET / HTTP/1.1\r\n\(String(repeating: "X: a\r\n", count: 400))\r\n", "HTTP/1.1 431 ", "256 fields"),
        ("nonsense\r\n\r\n", "HTTP/1.1 400 ", "the request is not HTTP/1.1"),
        ("POST /v1/data HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 400 ", "the request is not HTTP/1.1"),
        ("POST /v1/data HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "HTTP/1.1 400 ", "the request is not HTTP/1.1"),
    ])
    func brokenAndLargeRequestsAreRefused(_ request: String, _ status: String, _ message: String) async throws {
        let service = try await service(["--max-request-size", "1000", "--max-header-size", "4096"])
        let client = try RawConnection(service.address)
        client.send(request)
        let answer = await client.receive()
        #expect(answer.hasPrefix(status), "\(answer.prefix(300))")
        #expect(answer.contains(message), "\(answer)")
        #expect(answer.contains("Connection: close"))
        try await expectAnswers(service)
    }

    @Test func bodiesMayNestAsDeepAsAllowed() async throws {
        let service = try await service(["--max-json-depth", "10"])
        for (levels, status) in [(9, 200), (10, 400)] {
            let input = String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
            let answer = try await service.client.ask("POST", "/v1/data/app/allow", body: Data("{\"input\": \(input)}".utf8))
            #expect(answer.status == status)
            #expect(status == 200 || answer.body.contains("nested deeper than 10 levels"), "\(answer.body)")
        }
    }

    @Test func aRequestThatIsCutOffHurtsNobody() async throws {
        let service = try await service()
        for text in ["P", "POST /v1/data HTTP/1.1\r\nContent-Le", "POST /v1/data HTTP/1.1\r\nContent-Length: 10\r\n\r\n{"] {
            let client = try RawConnection(service.address)
            client.send(text)
            client.finishSending()
            #expect(await client.isClosed())
        }
        try await expectAnswers(service)
    }

    @Test func aClientThatIsFinishedSendingIsAnswered() async throws {
        let service = try await service()
        let client = try RawConnection(service.address)
        client.send(Self.request)
        client.finishSending()
        #expect(await client.receive().hasSuffix(Self.granted))
    }

    @Test func aClientThatWaitsForAGoAheadGetsIt() async throws {
        let service = try await service()
        let client = try RawConnection(service.address)
        client.send("POST /v1/data/app/allow HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: \(Self.body.utf8.count)\r\n\r\n")
        #expect(await client.receive { $0.hasSuffix("\r\n\r\n") }.hasPrefix("HTTP/1.1 100 Continue"))
        client.send(Self.body)
        let answer = await client.receive { $0.contains("result") }
        #expect(answer.hasSuffix(Self.granted), "\(answer)")
    }

    @Test func oneConnectionTooManyIsRefused() async throws {
        let service = try await service(["--max-connections", "10"])
        var clients = try (0..<10).map { _ in try RawConnection(service.address) }
        for client in clients {
            client.send(Self.request)
            #expect(await client.receive { $0.contains("result") }.hasSuffix(Self.granted))
        }
        let refused = try await RawConnection(service.address).receive()
        #expect(refused.hasPrefix("HTTP/1.1 503 "))
        #expect(refused.contains("too many connections: at most 10"))
        clients.removeAll()
        for _ in 0..<100 {
            let client = try RawConnection(service.address)
            client.send(Self.request)
            if await client.receive(until: { $0.contains("}") }).hasSuffix(Self.granted) { return }
        }
        Issue.record("closed connections still count")
    }

    @Test func longDecisionsDoNotHoldUpShortOnes() async throws {
        let slow = "package app\n\nslow := count([x | some x in numbers.range(1, 700000); x % 7 == input.n])\n\nquick := input.n\n"
        let folder = try TemporaryFolder(files: ["p.rego": slow])
        let service = try await RunningService.started(["."], in: folder.url)
        let clients = try (0..<4).map { _ in try RawConnection(service.address, patience: 60) }
        for (number, client) in clients.enumerated() {
            client.send(Self.post("{\"input\": {\"n\": \(number)}}", path: "/v1/data/app/slow") + Self.post("{\"input\": {\"n\": \(number)}}", path: "/v1/data/app/quick"))
        }
        // One connection, so one event loop, for each: all loops must be free for these to be answered first.
        let quick = try (0..<8).map { _ in try RawConnection(service.address) }
        for client in quick {
            client.send(Self.post("{\"input\": {\"n\": 1}}", path: "/v1/data/app/quick"))
            #expect(await client.receive { $0.contains("result") }.hasSuffix("{\"result\":1}\n"))
        }
        for (number, client) in clients.enumerated() {
            let answer = await client.receive { $0.contains("{\"result\":\(number)}\n") }
            #expect(answer.contains("{\"result\":10000"))
        }
    }
}
