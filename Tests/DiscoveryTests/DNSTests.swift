import Discovery
import Support
import Synchronization
import Testing

@Suite struct DNSTests {
    private static func client(_ server: NameServer) throws -> DNSClient { try DNSClient(servers: [server.address], timeout: .seconds(10)) }

    @Test func addressesHaveLifetimes() async throws {
        let server = try await NameServer { name, type in type == 1 ? .init([(name, 30, .a("10.1.2.3")), (name, 20, .a("10.1.2.4"))]) : .init() }
        let resolution = try await DNSResolver(scheme: "https", name: "api.test", port: 8443, record: .address, client: Self.client(server)).resolve()
        #expect(resolution.endpoints.map(\.description) == ["https://api.test:8443 (10.1.2.3)", "https://api.test:8443 (10.1.2.4)"])
        #expect(resolution.validity == .seconds(20))
        #expect(Set(server.queries) == ["udp 1 api.test", "udp 28 api.test"])
    }

    @Test func servicesHavePortsAndPriorities() async throws {
        let server = try await NameServer { name, type in
            switch (name, type) {
            case ("_opa._tcp.test", 33):
                .init([(name, 60, .service(priority: 2, port: 1, target: "spare.test")), (name, 50, .service(priority: 1, port: 8181, target: "main.test"))])
            case ("main.test", 1): .init([(name, 40, .a("10.0.0.1"))])
            default: .init()
            }
        }
        let resolution = try await DNSResolver(scheme: "http", name: "_opa._tcp.test", port: nil, record: .service, client: Self.client(server)).resolve()
        #expect(resolution.endpoints == [Endpoint(base: "http://main.test:8181", address: "10.0.0.1")])
        #expect(resolution.validity == .seconds(40))
    }

    @Test func aliasesAreFollowed() async throws {
        let server = try await NameServer { name, type in
            switch (name, type) {
            case ("a.test", 1): .init([("a.test", 5, .alias("b.test")), ("b.test", 90, .alias("c.test")), ("c.test", 80, .a("10.0.0.3"))])
            case ("d.test", 1): .init([("d.test", 7, .alias("a.test"))])
            case ("loop.test", 1): .init([("loop.test", 7, .alias("pool.test"))])
            case ("pool.test", 1): .init([("pool.test", 7, .alias("loop.test"))])
            default: .init()
            }
        }
        let client = try Self.client(server)
        for (name, seconds) in [("a.test", 5), ("d.test", 5)] {
            let records = try await client.query(name, .a)
            #expect(records.map(\.data) == [.address("10.0.0.3")])
            #expect(records.first?.timeToLive == seconds)
        }
        await #expect(throws: ResolutionFailure("pool.test: too many aliases")) { try await client.query("pool.test", .a) }
    }

    @Test func whatDoesNotFitComesOverTCP() async throws {
        let server = try await NameServer { name, type in .init(type == 1 ? (1...40).map { (name, 9, .a("10.0.0.\($0)")) } : [], isTruncated: type == 1) }
        let records = try await Self.client(server).query("big.test", .a)
        #expect(records.count == 40)
        #expect(server.queries == ["udp 1 big.test", "tcp 1 big.test"])
    }

    @Test func namesThatAreNotThereAreErrors() async throws {
        let server = try await NameServer { name, _ in .init(code: name == "none.test" ? 3 : 2) }
        let client = try Self.client(server)
        await #expect(throws: ResolutionFailure("none.test: there is no such name")) { try await client.query("none.test", .a) }
        await #expect(throws: ResolutionFailure("bad.test: the DNS server answers with the code 2")) { try await client.query("bad.test", .a) }
        await #expect(throws: ResolutionFailure.self) { try await client.query("", .a) }
        await #expect(throws: ResolutionFailure.self) { try await client.query(String(repeating: "a", count: 64) + ".test", .a) }
        #expect(throws: ResolutionFailure("'nonsense' is not the address of a DNS server")) { try DNSClient(servers: ["nonsense"]) }
    }

    @Test func forgedAndMalformedAnswersAreNotTaken() async throws {
        var random = SystemRandomNumberGenerator()
        let noise = (0..<200).map { _ in (0..<Int.random(in: 0...60)).map { _ in UInt8.random(in: 0...255, using: &random) } }
        let forgeries: [[UInt8]] = noise + [[], [0, 0, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0, 0xc0, 0x0c]]
        let server = try await NameServer { name, type in .init([(name, 9, .a("10.0.0.1"))], forgeries: forgeries) }
        #expect(try await Self.client(server).query("x.test", .a).map(\.data) == [.address("10.0.0.1")])
    }

    @Test func aChangedAnswerIsFollowedWithoutAnError() async throws {
        let first = try await LoopbackServer { _ in .text("first") }
        let second = try await LoopbackServer { _ in .text("second") }
        let port = Mutex(first.port)
        let server = try await NameServer { name, type in
            switch type {
            case 33: .init([(name, 1, .service(priority: 1, port: port.withLock { $0 }, target: "one.test"))])
            case 1: .init([(name, 1, .a("127.0.0.1"))])
            default: .init()
            }
        }
        var settings = UpstreamSettings(name: "dns")
        settings.resolver = DNSResolver(scheme: "http", name: "_s._tcp.test", port: nil, record: .service, client: try Self.client(server))
        let upstream = Upstream(settings)
        #expect(try await upstream.send(UpstreamRequest("GET", "http://s.test/a?b")).body == Array("first".utf8))
        #expect(first.requests.map(\.target) == ["/a?b"] && first.requests.first?.header("host") == "one.test:\(first.port)")
        port.withLock { $0 = second.port }
        let changed = ContinuousClock.now
        while second.requests.isEmpty, ContinuousClock.now < changed + .seconds(10) {
            #expect(try await upstream.send(UpstreamRequest("GET", "http://s.test/")).status == 200)
            try await Task.sleep(for: .milliseconds(20))
        }
        Measurement.note("changed DNS answer followed after", "\(ContinuousClock.now - changed)")
        // The lifetime of a second, and a second to ask; and time for a busy machine.
        #expect(!second.requests.isEmpty)
    }
}
