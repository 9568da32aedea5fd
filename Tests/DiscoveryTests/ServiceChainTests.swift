import Discovery
import Foundation
import Resilience
import Support
import Synchronization
import Testing

/// Four services in a chain: each answers a request to `/chain` with what the next one answers, and to anything else by itself.
@Suite struct ServiceChainTests {
    /// Requests under way at each service, now and at most.
    private final class Load: Sendable {
        private let counts = Mutex<[String: (now: Int, most: Int)]>([:])
        private let slow = Mutex(false)

        /// Whether the end of the chain takes long.
        var isSlow: Bool {
            get { slow.withLock { $0 } }
            set { slow.withLock { $0 = newValue } }
        }

        func begin(_ name: String) {
            counts.withLock { counts in
                let now = (counts[name]?.now ?? 0) + 1
                counts[name] = (now, max(now, counts[name]?.most ?? 0))
            }
        }

        func end(_ name: String) { counts.withLock { $0[name]?.now -= 1 } }

        func most(_ name: String) -> Int { counts.withLock { $0[name]?.most ?? 0 } }
    }

    private final class Chain: Sendable {
        /// How long the slow end takes.
        static let slowness: Duration = .seconds(6)

        let load = Load()
        let servers: [LoopbackServer]
        let upstreams: [Upstream]

        /// - Parameter names: from the entrance to the end.
        init(_ names: [String]) async throws {
            var servers: [LoopbackServer] = [], upstreams: [Upstream] = []
            let load = load
            for name in names.reversed() {
                let next = upstreams.last, nextURL = servers.last?.url ?? ""
                servers.append(try await LoopbackServer.answeringLater { request in
                    load.begin(name)
                    defer { load.end(name) }
                    guard request.target == "/chain", let next else {
                        if next == nil, load.isSlow { try await Task.sleep(for: Self.slowness) }
                        return .text(name)
                    }
                    return await Self.forward(request, to: next, nextURL)
                })
                upstreams.append(Self.upstream(name))
            }
            self.servers = servers.reversed()
            self.upstreams = upstreams.reversed()
        }

        private static func upstream(_ name: String) -> Upstream {
            var settings = UpstreamSettings(name: name)
            settings.breaker?.openDuration = .milliseconds(1500)
            settings.breaker?.expectedLatency = .seconds(1)
            settings.bulkhead.inFlight = 16
            settings.bulkhead.queue = 16
            return Upstream(settings)
        }

        /// As a service does it: who cannot work says why, and until when.
        private static func forward(_ request: LoopbackServer.Request, to next: Upstream, _ url: String) async -> LoopbackServer.Answer {
            var outgoing = UpstreamRequest("GET", url + "/chain", deadline: .seconds(4))
            outgoing.context = CallContext(
                deadlineHeader: request.header(CallContext.deadlineHeader), attemptHeader: request.header(CallContext.attemptHeader), at: .now)
            do throws(UpstreamError) {
                let answer = try await next.send(outgoing)
                let headers = [UpstreamError.rootHeader, "Retry-After"].compactMap { name in answer.header(name).map { (name, $0) } }
                return .text(String(decoding: answer.body, as: UTF8.self), status: answer.status, headers: headers)
            } catch {
                return .text("fallback", status: 503, headers: error.propagated(from: next.shared?.name ?? "").map { ($0.name, $0.value) })
            }
        }

        /// Asks the entrance, as many clients do; gives how long each answer took and how many there were of each status.
        func ask(_ path: String, clients: Int, each count: Int) async throws -> (p99: Duration, statuses: [Int: Int]) {
            let url = servers[0].url + path
            let answers = try await withThrowingTaskGroup(of: [(Duration, Int)].self) { group in
                for _ in 0..<clients {
                    group.addTask {
                        var answers: [(Duration, Int)] = []
                        for _ in 0..<count {
                            let start = ContinuousClock.now
                            let request = UpstreamRequest("GET", url, headers: [.init(CallContext.deadlineHeader, "1500")], deadline: .seconds(20))
                            let answer = try await Upstream(Self.client).send(request)
                            answers.append((.now - start, answer.status))
                        }
                        return answers
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            let times = answers.map(\.0).sorted()
            return (times[times.count * 99 / 100], Dictionary(grouping: answers, by: \.1).mapValues(\.count))
        }

        /// What asks the chain is not part of it.
        private static var client: UpstreamSettings {
            var settings = UpstreamSettings(name: "client")
            settings.breaker = nil
            return settings
        }

        func report(_ position: Int) -> UpstreamReport? { upstreams[position].shared?.report() }
        func breaker(_ position: Int) -> BreakerReport? { report(position)?.breaker }
    }

    @Test func aSlowEndTakesNobodyWithIt() async throws {
        let chain = try await Chain(["a", "b", "c", "d"])
        let calm = try await chain.ask("/own", clients: 4, each: 50)
        #expect(try await chain.ask("/chain", clients: 4, each: 20).statuses == [200: 80])
        chain.load.isSlow = true
        // Until the breakers have seen enough.
        let start = ContinuousClock.now
        while chain.breaker(3)?.state == "closed", ContinuousClock.now < start + .seconds(20) { _ = try await chain.ask("/chain", clients: 8, each: 1) }
        // Those above open because of the end, not by themselves.
        try await Waiting.until {
            _ = try await chain.ask("/chain", clients: 1, each: 1)
            return chain.breaker(1).map { $0.state == "degraded-open" && $0.root == "d" } ?? false
        }
        let broken = try await chain.ask("/chain", clients: 4, each: 50)
        let own = try await chain.ask("/own", clients: 4, each: 50)
        #expect(broken.statuses[503] == 200)
        Measurement.note("chain", "p99 of other requests \(own.p99), calm \(calm.p99); of requests to the chain \(broken.p99)")
        // Nothing waits for the end.
        #expect(own.p99 < Chain.slowness / 2 && broken.p99 < Chain.slowness / 2, "calm \(calm.p99), own \(own.p99), broken \(broken.p99)")
        for name in ["a", "b", "c"] { #expect(chain.load.most(name) <= 16, "\(name)") }
        for position in 1...3 { #expect(chain.report(position).map { $0.inFlight <= 16 && $0.waiting == 0 } == true) }
        // It comes back: the chain closes without a hand, from the bottom.
        chain.load.isSlow = false
        let back = ContinuousClock.now
        while (1...3).contains(where: { chain.breaker($0)?.state != "closed" }), ContinuousClock.now < back + .seconds(30) {
            _ = try await chain.ask("/chain", clients: 1, each: 3)
            try await Task.sleep(for: .milliseconds(20))
        }
        Measurement.note("chain closed again after", "\(ContinuousClock.now - back)")
        #expect((1...3).map { chain.breaker($0)?.state } == ["closed", "closed", "closed"])
        try await Waiting.until { try await chain.ask("/chain", clients: 4, each: 10).statuses == [200: 40] }
    }
}
