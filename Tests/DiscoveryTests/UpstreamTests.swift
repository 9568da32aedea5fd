import Discovery
import Foundation
import Resilience
import Support
import Synchronization
import Testing

@Suite struct UpstreamTests {
    private static let fast = RetryPolicy(maximumAttempts: 3, baseDelay: .milliseconds(1), maximumDelay: .milliseconds(2))

    @Test func aRequestArrivesWholeAndSoDoesTheAnswer() async throws {
        let server = try await LoopbackServer { request in .text("got \(request.text)", status: 201, headers: [("ETag", "\"a\"")]) }
        let request = UpstreamRequest("POST", server.url + "/a?b=c", headers: [.init("X-One", "1")], body: Array("hello".utf8))
        let response = try await Upstream().send(request)
        #expect(response.status == 201)
        #expect(response.reason == "Created")
        #expect(response.header("etag") == "\"a\"")
        #expect(String(decoding: response.body, as: UTF8.self) == "got hello")
        #expect(server.requests.map(\.target) == ["/a?b=c"])
        #expect(server.requests.first?.method == "POST")
        #expect(server.requests.first?.header("x-one") == "1")
    }

    @Test func compressedAnswersAreReadAndCounted() async throws {
        // gzip of "aaaaaaaa…" (1000 times).
        let compressed = Data(base64Encoded: "H4sIAAAAAAAC/0tMHAWjYBQMdwAAA9o4mugDAAA=") ?? Data()
        let server = try await LoopbackServer { _ in .response(status: 200, headers: [("Content-Encoding", "gzip")], body: Array(compressed)) }
        var request = UpstreamRequest("GET", server.url)
        #expect(try await Upstream().send(request).body == Array(repeating: UInt8(ascii: "a"), count: 1000))
        request.maximumResponseSize = 999
        let code = await Self.code(Upstream(), request)
        #expect(code == .responseTooLarge)
    }

    @Test(arguments: [
        (LoopbackServer.Answer.silence, UpstreamError.Code.deadlineExceeded), (.headOnly, .deadlineExceeded), (.close, .connection),
        (.truncated(body: [1, 2, 3]), .connection), (.response(status: 200, body: Array(repeating: 1, count: 5000)), .responseTooLarge),
        (.response(status: 302, headers: [("Location", "/")]), .redirects),
    ])
    func brokenAnswersAreErrors(_ answer: LoopbackServer.Answer, _ expected: UpstreamError.Code) async throws {
        let server = try await LoopbackServer { _ in answer }
        let deadline: Duration = expected == .deadlineExceeded ? .milliseconds(300) : .seconds(30)
        let request = UpstreamRequest("GET", server.url, deadline: deadline, maximumResponseSize: 4096, followsRedirects: true)
        let code = await Self.code(Upstream(), request)
        #expect(code == expected)
    }

    @Test(arguments: [
        ("http://127.0.0.1:1/", UpstreamError.Code.connection), ("nonsense", .invalidURL), ("", .invalidURL), ("ftp://a/b", .invalidURL), ("http://", .invalidURL),
    ])
    func whatCannotBeAskedIsAnError(_ url: String, _ expected: UpstreamError.Code) async throws {
        let code = await Self.code(Upstream(), UpstreamRequest("GET", url, deadline: .seconds(5)))
        #expect(code == expected, "\(url)")
    }

    @Test func errorsKeepSecretsToThemselves() async throws {
        do {
            _ = try await Upstream().send(UpstreamRequest("GET", "http://user:secret@127.0.0.1:1/a?token=secret"))
            Issue.record("there is no such server")
        } catch {
            #expect(error.description.hasPrefix("GET http://127.0.0.1:1/a: "))
            #expect(!error.description.contains("secret"))
        }
    }

    @Test func transientFailuresAreTriedAgain() async throws {
        let answers = Mutex<[LoopbackServer.Answer]>([.close, .text("busy", status: 503, headers: [("Retry-After", "0")]), .text("ok")])
        let server = try await LoopbackServer { _ in answers.withLock { $0.removeFirst() } }
        let response = try await Upstream(retry: Self.fast).send(UpstreamRequest("GET", server.url))
        #expect(response.status == 200)
        #expect(server.requests.count == 3)
    }

    @Test func theLastAnswerIsGiven() async throws {
        let server = try await LoopbackServer { _ in .text("busy", status: 503) }
        #expect(try await Upstream(retry: Self.fast).send(UpstreamRequest("GET", server.url)).status == 503)
        #expect(server.requests.count == 3)
        let missing = try await LoopbackServer { _ in .text("", status: 404) }
        #expect(try await Upstream(retry: Self.fast).send(UpstreamRequest("GET", missing.url)).status == 404)
        #expect(missing.requests.count == 1)
    }

    @Test func redirectsAreFollowedWhereAskedFor() async throws {
        let server = try await LoopbackServer { request in
            request.target == "/new" ? .text("here") : .response(status: 302, headers: [("Location", "/new")])
        }
        #expect(try await Upstream().send(UpstreamRequest("GET", server.url + "/old")).status == 302)
        #expect(try await Upstream().send(UpstreamRequest("GET", server.url + "/old", followsRedirects: true)).body == Array("here".utf8))
    }

    @Test func unixSocketsAreAsked() async throws {
        let folder = try TemporaryFolder()
        let socket = folder.url.appendingPathComponent("s").path
        let server = try await LoopbackServer(at: .unixSocket(socket)) { request in .text(request.target) }
        let host = socket.replacing("/", with: "%2F")
        #expect(try await Upstream().send(UpstreamRequest("GET", "http+unix://\(host)/a/b")).body == Array("/a/b".utf8))
        #expect(server.requests.count == 1)
    }

    @Test func cancellingEndsTheRequest() async throws {
        let server = try await LoopbackServer { _ in .silence }
        let task = Task { await Self.code(Upstream(), UpstreamRequest("GET", server.url, deadline: .seconds(60))) }
        while server.requests.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        task.cancel()
        #expect(await task.value == .cancelled)
    }

    static func code(_ upstream: Upstream, _ request: UpstreamRequest) async -> UpstreamError.Code? {
        do {
            _ = try await upstream.send(request)
            return nil
        } catch {
            return error.code
        }
    }
}
