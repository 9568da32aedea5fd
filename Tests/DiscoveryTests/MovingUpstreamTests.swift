import Discovery
import Foundation
import Resilience
import Support
import Synchronization
import Testing

/// Upstreams that move, turn slow and come back, with real servers.
@Suite struct MovingUpstreamTests {
    private static func upstream(_ resolver: any Resolver, _ change: (inout UpstreamSettings) -> Void = { _ in }) -> Upstream {
        var settings = UpstreamSettings(name: "moving")
        settings.resolver = resolver
        change(&settings)
        return Upstream(settings)
    }

    @Test func aFileThatChangesIsFollowedWithoutAnError() async throws {
        let first = try await LoopbackServer { _ in .text("first") }
        let second = try await LoopbackServer { _ in .text("second") }
        let folder = try TemporaryFolder(files: ["endpoints": "\(first.url) # the old place\n"])
        let path = folder.url.appendingPathComponent("endpoints").path
        let upstream = Self.upstream(FileResolver(path: path))
        let request = UpstreamRequest("GET", "http://moving.example/x")
        #expect(try await upstream.send(request).body == Array("first".utf8))
        // A file that makes no sense changes nothing.
        try Data("nonsense\n".utf8).write(to: folder.url.appendingPathComponent("endpoints"), options: .atomic)
        try await Task.sleep(for: .milliseconds(300))
        for _ in 0..<5 { #expect(try await upstream.send(request).body == Array("first".utf8)) }
        try Data("\(second.url)\n".utf8).write(to: folder.url.appendingPathComponent("endpoints"), options: .atomic)
        try await first.stop()
        let changed = ContinuousClock.now
        while second.requests.isEmpty, ContinuousClock.now < changed + .seconds(10) {
            #expect(try await upstream.send(request).status == 200)
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(!second.requests.isEmpty)
        Measurement.note("changed file followed after", "\(ContinuousClock.now - changed)")
        let before = first.requests.count
        for _ in 0..<5 { #expect(try await upstream.send(request).body == Array("second".utf8)) }
        #expect(first.requests.count == before)
    }

    /// Calls stay in their zone until what is there is gone.
    @Test func zonesAreFollowedInAFile() async throws {
        // Connections that are kept would outlive the server.
        let near = try await LoopbackServer { _ in .text("near", headers: [("Connection", "close")]) }
        let far = try await LoopbackServer { _ in .text("far") }
        let folder = try TemporaryFolder(files: ["endpoints": "\(far.url) zone=b\n\(near.url)  zone=a\n"])
        let upstream = Self.upstream(FileResolver(path: folder.url.appendingPathComponent("endpoints").path)) { $0.balancing.zone = "a" }
        let request = UpstreamRequest("POST", "http://moving.example/x")
        for _ in 0..<20 { #expect(try await upstream.send(request).body == Array("near".utf8)) }
        try await near.stop()
        for _ in 0..<20 { #expect(try await upstream.send(request).body == Array("far".utf8)) }
    }

    @Test func aZoneThatIsNoneIsAnError() async throws {
        let folder = try TemporaryFolder(files: ["endpoints": "http://10.0.0.1:80 a\n"])
        #expect(throws: ResolutionFailure.self) { try FileResolver(path: folder.url.appendingPathComponent("endpoints").path).resolve() }
    }

    @Test func anUnknownPlaceIsAnError() async throws {
        do throws(UpstreamError) {
            _ = try await Self.upstream(FileResolver(path: "/nowhere")).send(UpstreamRequest("GET", "http://moving.example/"))
            Issue.record("there is no such file")
        } catch {
            #expect(error.code == .unresolved && error.reason == "/nowhere: no such file, or it cannot be read")
        }
    }

    /// One of three is killed and starts again elsewhere: calls go to the others at once.
    @Test func aDeadEndpointCostsNoCall() async throws {
        var servers: [LoopbackServer] = []
        for _ in 0..<3 { servers.append(try await LoopbackServer { _ in .text("") }) }
        let upstream = Self.upstream(StaticResolver(servers.map { Endpoint(base: $0.url) }))
        let request = UpstreamRequest("POST", "http://moving.example/")
        for _ in 0..<60 { #expect(try await upstream.send(request).status == 200) }
        for server in servers { #expect(!server.requests.isEmpty) }
        let port = servers[0].port
        try await servers[0].stop()
        for _ in 0..<200 { #expect(try await upstream.send(request).status == 200) }
        servers[0] = try await LoopbackServer(at: .port(port)) { _ in .text("") }
        #expect(upstream.shared?.report().breaker.state == "closed")
    }

    @Test func aSlowOneOfThreeIsLeftOutAndComesBack() async throws {
        let isSlow = Mutex(false)
        var servers: [LoopbackServer] = []
        for number in 0..<3 {
            servers.append(try await LoopbackServer.answeringLater { _ in
                if number == 0, isSlow.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(400)) }
                return .text("")
            })
        }
        let slow = Endpoint(base: servers[0].url)
        let upstream = Self.upstream(StaticResolver(servers.map { Endpoint(base: $0.url) })) { $0.balancing.ejectionDuration = .milliseconds(700) }
        let request = UpstreamRequest("GET", "http://moving.example/")
        func ask(_ count: Int) async throws {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<3 {
                    group.addTask {
                        for _ in 0..<count {
                            let answer = try await upstream.send(request)
                            #expect(answer.status == 200)
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
        func isEjected() -> Bool { upstream.shared?.report().members.first { $0.endpoint == slow }?.isEjected(at: .now) ?? false }
        try await ask(20)
        isSlow.withLock { $0 = true }
        let start = ContinuousClock.now
        while !isEjected(), ContinuousClock.now < start + .seconds(20) { try await ask(3) }
        #expect(isEjected())
        Measurement.note("slow endpoint left out after", "\(ContinuousClock.now - start)")
        isSlow.withLock { $0 = false }
        let before = servers[0].requests.count
        while servers[0].requests.count < before + 5, ContinuousClock.now < start + .seconds(60) { try await ask(3) }
        #expect(servers[0].requests.count >= before + 5)
    }
}
