import Discovery
import Testing

@Suite struct LoadBalancerTests {
    private static let endpoints = (1...3).map { Endpoint(base: "http://10.0.0.\($0):80") }

    private static func balancer(_ count: Int = 3, _ change: (inout LoadBalancer.Settings) -> Void = { _ in }) -> LoadBalancer {
        var settings = LoadBalancer.Settings()
        change(&settings)
        var balancer = LoadBalancer(settings)
        balancer.update((1...count).map { Endpoint(base: "http://10.0.0.\($0):80") }, at: .now)
        return balancer
    }

    private static func pick(_ balancer: inout LoadBalancer, avoiding: Set<Endpoint> = [], at now: ContinuousClock.Instant = .now) -> Endpoint? {
        var random = SystemRandomNumberGenerator()
        return balancer.pick(avoiding: avoiding, at: now, using: &random)
    }

    /// Finishes a number of calls at one endpoint.
    private static func finish(_ balancer: inout LoadBalancer, _ endpoint: Endpoint, _ succeeded: Bool, count: Int = 1, took: Duration = .milliseconds(5), at now: ContinuousClock.Instant) {
        for _ in 0..<count { balancer.finish(endpoint, succeeded: succeeded, took: took, at: now) }
    }

    private static func ejected(_ balancer: LoadBalancer, at now: ContinuousClock.Instant) -> [Endpoint] {
        balancer.members.filter { $0.isEjected(at: now) }.map(\.endpoint)
    }

    @Test func loadIsSpread() {
        var balancer = Self.balancer()
        let now = ContinuousClock.now
        for number in 0..<3000 {
            guard let endpoint = Self.pick(&balancer, at: now) else { return }
            balancer.finish(endpoint, succeeded: true, took: .milliseconds(number % 3 + 2), at: now)
        }
        for member in balancer.members { #expect((800...1200).contains(member.picks), "\(member.picks)") }
    }

    @Test func theLessBusyOfTwoIsTaken() {
        var balancer = Self.balancer(2)
        for _ in 0..<10 { _ = Self.pick(&balancer) }
        #expect(balancer.members.map(\.inFlight) == [5, 5])
    }

    @Test func slowEndpointsGetLess() {
        var balancer = Self.balancer(2)
        let now = ContinuousClock.now
        balancer.finish(Self.endpoints[0], succeeded: true, took: .milliseconds(90), at: now)
        balancer.finish(Self.endpoints[1], succeeded: true, took: .milliseconds(30), at: now)
        for _ in 0..<8 { _ = Self.pick(&balancer, at: now) }
        #expect(balancer.members.map(\.inFlight) == [2, 6])
    }

    /// Two endpoints in each of two zones.
    private static func zoned() -> LoadBalancer {
        var settings = LoadBalancer.Settings()
        settings.zone = "a"
        var balancer = LoadBalancer(settings)
        balancer.update((1...4).map { Endpoint(base: "http://10.0.0.\($0):80", zone: $0 <= 2 ? "a" : "b") }, at: .now)
        return balancer
    }

    private static func zones(_ balancer: inout LoadBalancer, avoiding: Set<Endpoint> = [], at now: ContinuousClock.Instant) -> Set<String?> {
        Set((0..<60).map { _ in pick(&balancer, avoiding: avoiding, at: now)?.zone })
    }

    @Test func theOwnZoneIsPreferredWhileItIsWell() {
        var balancer = Self.zoned()
        let now = ContinuousClock.now
        let own = balancer.members.map(\.endpoint).filter { $0.zone == "a" }
        #expect(Self.zones(&balancer, at: now) == ["a"])
        // Half of it is enough.
        Self.finish(&balancer, own[0], false, count: 5, at: now)
        #expect(Self.ejected(balancer, at: now) == [own[0]])
        #expect(Self.zones(&balancer, at: now) == ["a"])
        // Who could not be reached is not tried again where another zone is there.
        #expect(Self.zones(&balancer, avoiding: [own[1]], at: now) == ["b"])
        Self.finish(&balancer, own[1], false, count: 5, at: now)
        #expect(Self.zones(&balancer, at: now) == ["b"])
        #expect(Self.zones(&balancer, at: now + .seconds(31)) == ["a"])
    }

    @Test func withoutEndpointsOfTheZoneAllAreTaken() {
        var balancer = Self.zoned()
        balancer.update([Endpoint(base: "http://10.0.0.1:80"), Endpoint(base: "http://10.0.0.2:80", zone: "b")], at: .now)
        #expect(Self.zones(&balancer, at: .now) == [nil, "b"])
    }

    @Test func failuresInARowEject() {
        var balancer = Self.balancer()
        let now = ContinuousClock.now
        Self.finish(&balancer, Self.endpoints[0], false, count: 4, at: now)
        Self.finish(&balancer, Self.endpoints[0], true, at: now)
        Self.finish(&balancer, Self.endpoints[0], false, count: 4, at: now)
        #expect(Self.ejected(balancer, at: now).isEmpty)
        Self.finish(&balancer, Self.endpoints[0], false, at: now)
        #expect(Self.ejected(balancer, at: now) == [Self.endpoints[0]])
        for _ in 0..<50 { #expect(Self.pick(&balancer, at: now) != Self.endpoints[0]) }
        #expect(Self.ejected(balancer, at: now + .seconds(30)).isEmpty)
        _ = Self.pick(&balancer, at: now + .seconds(30))
        // The second time it is twice as long.
        Self.finish(&balancer, Self.endpoints[0], false, count: 5, at: now + .seconds(30))
        #expect(Self.ejected(balancer, at: now + .seconds(89)) == [Self.endpoints[0]])
        #expect(Self.ejected(balancer, at: now + .seconds(90)).isEmpty)
    }

    @Test func atMostHalfAreEjected() {
        var balancer = Self.balancer(4)
        let now = ContinuousClock.now
        for number in 1...4 { Self.finish(&balancer, Endpoint(base: "http://10.0.0.\(number):80"), false, count: 5, at: now) }
        #expect(Self.ejected(balancer, at: now).count == 2)
    }

    @Test func withMostOfThemGoneAllAreAsked() {
        var balancer = Self.balancer(3) { $0.maximumEjectedShare = 1 }
        let now = ContinuousClock.now
        for endpoint in Self.endpoints.prefix(2) { Self.finish(&balancer, endpoint, false, count: 5, at: now) }
        let picked = Set((0..<100).compactMap { _ in Self.pick(&balancer, at: now) })
        #expect(picked.count == 3)
    }

    @Test func whoFailsMoreOftenThanTheOthersIsEjected() {
        var balancer = Self.balancer(6)
        let start = ContinuousClock.now
        for number in 1...6 {
            let endpoint = Endpoint(base: "http://10.0.0.\(number):80")
            for call in 0..<20 { balancer.finish(endpoint, succeeded: number != 6 || call % 2 == 0, took: .milliseconds(5), at: start) }
        }
        #expect(Self.ejected(balancer, at: start).isEmpty)
        let later = start + .seconds(10)
        Self.finish(&balancer, Self.endpoints[0], true, at: later)
        #expect(Self.ejected(balancer, at: later) == [Endpoint(base: "http://10.0.0.6:80")])
    }

    @Test func whoIsSlowerThanTheOthersIsEjectedAndComesBack() {
        var balancer = Self.balancer()
        let now = ContinuousClock.now
        for endpoint in Self.endpoints { Self.finish(&balancer, endpoint, true, count: 10, at: now) }
        Self.finish(&balancer, Self.endpoints[2], true, took: .seconds(2), at: now)
        #expect(Self.ejected(balancer, at: now) == [Self.endpoints[2]])
        let later = now + .seconds(31)
        let picked = Set((0..<100).compactMap { _ in Self.pick(&balancer, at: later) })
        #expect(picked.count == 3)
    }

    @Test func endpointsComeAndGo() {
        var balancer = Self.balancer()
        _ = (0..<30).map { _ in Self.pick(&balancer) }
        let before = balancer.members[1].picks
        balancer.update([Self.endpoints[1], Endpoint(base: "http://10.0.0.9:80")], at: .now)
        #expect(balancer.members.map(\.picks) == [before, 0])
        balancer.update([], at: .now)
        #expect(Self.pick(&balancer) == nil)
        // A call that ends at an endpoint which is gone does no harm.
        balancer.finish(Self.endpoints[0], succeeded: true, took: .zero, at: .now)
    }

    @Test func whatCouldNotBeReachedIsAvoided() {
        var balancer = Self.balancer(2)
        for _ in 0..<20 { #expect(Self.pick(&balancer, avoiding: [Self.endpoints[0]]) == Self.endpoints[1]) }
        #expect(Self.pick(&balancer, avoiding: Set(Self.endpoints)) != nil)
    }

    @Test func newEndpointsStartSlowly() {
        var balancer = Self.balancer(2) { $0.slowStart = .seconds(30) }
        let now = ContinuousClock.now
        balancer.update(Self.endpoints, at: now)
        for _ in 0..<31 { _ = Self.pick(&balancer, at: now + .seconds(3)) }
        #expect(balancer.members[2].inFlight <= 3)
    }

    @Test(arguments: [
        ("http://10.0.0.1:80", true), ("https://a.example", true), ("http://a/", true), ("10.0.0.1:80", false), ("ftp://a", false), ("http://a/b", false), ("", false),
    ])
    func basesAreChecked(_ base: String, _ isFine: Bool) { #expect((Endpoint.problem(ofBase: base) == nil) == isFine) }
}

@Suite struct RegistryCatalogueTests {
    private static let one = RegistryCatalogue.Instance(id: "1", address: "http://a"), two = RegistryCatalogue.Instance(id: "2", address: "http://b")

    @Test func leasesEndAndIndexesGrow() {
        var catalogue = RegistryCatalogue()
        let now = ContinuousClock.now
        func list(_ time: ContinuousClock.Instant) -> (Int, [String]) {
            let found = catalogue.instances(of: "s", at: time)
            return (found.index, found.instances.map(\.id))
        }
        #expect(list(now) == (1, []))
        for instance in [Self.one, Self.two] { #expect(catalogue.register(instance, of: "s", for: .seconds(15), at: now) == true) }
        #expect(list(now) == (3, ["1", "2"]))
        // A heartbeat changes nothing that is seen.
        #expect(catalogue.register(Self.one, of: "s", for: .seconds(15), at: now + .seconds(10)) == true)
        #expect(list(now + .seconds(14)) == (3, ["1", "2"]))
        #expect(list(now + .seconds(15)) == (4, ["1"]))
        #expect(catalogue.register(.init(id: "1", address: "http://c"), of: "s", for: .seconds(15), at: now + .seconds(16)) == true)
        #expect(list(now + .seconds(16)) == (5, ["1"]))
        #expect(catalogue.remove("1", of: "s") == true)
        #expect(catalogue.remove("1", of: "s") == false)
        #expect(list(now + .seconds(16)) == (6, []))
    }

    @Test func whatIsKeptHasLimits() {
        var catalogue = RegistryCatalogue()
        let granted = (0..<1100).count { catalogue.register(.init(id: "\($0)", address: "http://a"), of: "s", for: .seconds(15), at: .now) }
        #expect(granted == 1000)
    }
}
