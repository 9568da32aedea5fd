import Foundation

/// Chooses among the endpoints of an upstream: of two drawn at random the one that is less busy and faster. Endpoints that fail or are slow
/// are left out for a while.
///
/// A value without clock, lock or socket.
///
/// Source: Mitzenmacher, "The Power of Two Choices" (2001); Finagle (peak EWMA); Envoy (outlier detection).
public struct LoadBalancer: Sendable {
    public struct Settings: Sendable, Hashable {
        /// Failures in a row after which an endpoint is left out.
        public var consecutiveFailures = 5
        /// It is left out too where its share of successes lies so many standard deviations below the mean of all.
        public var deviations = 1.9
        /// How often shares are compared, and how many calls an endpoint must have had.
        public var interval: Duration = .seconds(10)
        public var minimumCalls = 10
        /// Or where it takes so many times as long as the others do, and longer than the floor.
        public var latencyFactor = 3.0
        public var latencyFloor: Duration = .milliseconds(100)
        /// How long it is left out the first time; the second time twice as long, and so on.
        public var ejectionDuration: Duration = .seconds(30)
        /// Of all endpoints, 0 to 1.
        public var maximumEjectedShare = 0.5
        /// A new endpoint gets its full share after so long.
        public var slowStart: Duration = .zero
        /// Where the caller is: endpoints of this zone are preferred. Nil for no preference.
        public var zone: String?
        /// While at least this share of the zone's endpoints is well, 0 to 1, calls stay there; else they go to all zones.
        public var minimumZoneShare = 0.5

        public init() {}
    }

    /// An endpoint and how it is doing.
    public struct Member: Sendable {
        public let endpoint: Endpoint
        public fileprivate(set) var inFlight = 0
        /// Picks so far.
        public fileprivate(set) var picks = 0
        public fileprivate(set) var ejections = 0
        public fileprivate(set) var ejectedUntil: ContinuousClock.Instant?
        /// Why it was left out last.
        public fileprivate(set) var reason = ""
        fileprivate let since: ContinuousClock.Instant
        fileprivate var latency: Double?
        /// Seconds that failures add.
        fileprivate var penalty = 0.0
        fileprivate var observed: ContinuousClock.Instant
        fileprivate var failuresInRow = 0
        fileprivate var succeeded = 0
        fileprivate var failed = 0

        fileprivate init(_ endpoint: Endpoint, at now: ContinuousClock.Instant) {
            self.endpoint = endpoint
            since = now
            observed = now
        }

        public func isEjected(at now: ContinuousClock.Instant) -> Bool { ejectedUntil.map { now < $0 } ?? false }
    }

    public let settings: Settings
    public private(set) var members: [Member] = []
    private var compared: ContinuousClock.Instant?
    /// Seconds; endpoints that are faster count as equally fast.
    private static let latencyResolution = 0.01
    /// Seconds that a failure adds.
    private static let failurePenalty = 1.0
    /// Seconds in which what is known of an endpoint fades to a third, so that it is tried again.
    private static let memory = 1.0

    public init(_ settings: Settings = .init()) { self.settings = settings }

    // MARK: Endpoints

    /// Takes up what resolution found. What is known of endpoints that stay is kept.
    public mutating func update(_ endpoints: [Endpoint], at now: ContinuousClock.Instant) {
        guard members.map(\.endpoint) != endpoints else { return }
        let known = Dictionary(members.map { ($0.endpoint, $0) }) { first, _ in first }
        let isFirst = members.isEmpty
        members = endpoints.map { endpoint in
            // At the start all are new, and none is to be spared.
            known[endpoint] ?? Member(endpoint, at: isFirst ? now - settings.slowStart : now)
        }
    }

    /// The endpoint for the next call, which is under way until `finish`.
    ///
    /// - Parameter avoided: endpoints that the call was tried at before; taken only where there are no others.
    public mutating func pick(avoiding avoided: Set<Endpoint> = [], at now: ContinuousClock.Instant, using random: inout some RandomNumberGenerator) -> Endpoint? {
        readmit(at: now)
        let healthy = members.indices.filter { !members[$0].isEjected(at: now) }
        // With most of them gone, those that are left would get more than they can bear.
        let candidates = healthy.count * 2 < members.count ? Array(members.indices) : healthy
        let fresh = candidates.filter { !avoided.contains(members[$0].endpoint) }
        guard let chosen = choose(near(fresh.isEmpty ? candidates : fresh), now, &random) else { return nil }
        members[chosen].inFlight += 1
        members[chosen].picks += 1
        return members[chosen].endpoint
    }

    /// Those of the caller's zone, where there are enough of them.
    private func near(_ candidates: [Int]) -> [Int] {
        guard let zone = settings.zone else { return candidates }
        let own = candidates.filter { members[$0].endpoint.zone == zone }
        let all = members.count { $0.endpoint.zone == zone }
        return !own.isEmpty && Double(own.count) >= settings.minimumZoneShare * Double(all) ? own : candidates
    }

    private func choose(_ candidates: [Int], _ now: ContinuousClock.Instant, _ random: inout some RandomNumberGenerator) -> Int? {
        guard candidates.count > 1 else { return candidates.first }
        let first = Int.random(in: candidates.indices, using: &random)
        let second = (first + Int.random(in: 1..<candidates.count, using: &random)) % candidates.count
        let costs = (cost(members[candidates[first]], now), cost(members[candidates[second]], now))
        return costs.0 <= costs.1 ? candidates[first] : candidates[second]
    }

    private func cost(_ member: Member, _ now: ContinuousClock.Instant) -> Double {
        var cost = Double(member.inFlight + 1) * max(Self.latencyResolution, ((member.latency ?? 0) + member.penalty) * Self.fading(member, now))
        if settings.slowStart > .zero { cost /= min(1, max(0.1, (now - member.since) / settings.slowStart)) }
        return cost
    }

    private static func fading(_ member: Member, _ now: ContinuousClock.Instant) -> Double { exp(-max(0, (now - member.observed) / .seconds(1)) / memory) }

    // MARK: Outcomes

    /// A call at an endpoint has ended.
    ///
    /// - Parameter succeeded: nil where it says nothing, such as a call whose caller went away.
    public mutating func finish(_ endpoint: Endpoint, succeeded: Bool?, took duration: Duration, at now: ContinuousClock.Instant) {
        guard let index = members.firstIndex(where: { $0.endpoint == endpoint }) else { return }
        members[index].inFlight = max(0, members[index].inFlight - 1)
        guard let succeeded else { return }
        record(duration / .seconds(1), succeeded, index, now)
        guard !members[index].isEjected(at: now) else { return }
        if members[index].failuresInRow >= settings.consecutiveFailures {
            eject(index, "\(members[index].failuresInRow) calls in a row failed", now)
        } else if let slowest = slowest(now) {
            eject(slowest, "slower than the others", now)
        }
        compare(now)
    }

    private mutating func record(_ seconds: Double, _ succeeded: Bool, _ index: Int, _ now: ContinuousClock.Instant) {
        let fading = Self.fading(members[index], now)
        members[index].observed = now
        members[index].penalty = succeeded ? 0 : members[index].penalty * fading + Self.failurePenalty
        members[index].failuresInRow = succeeded ? 0 : members[index].failuresInRow + 1
        if succeeded { members[index].succeeded += 1 } else { members[index].failed += 1 }
        guard succeeded else { return }
        // Beyond the bound all are equally slow, so that one pause of the whole process is soon forgotten.
        let seconds = min(seconds, Self.failurePenalty)
        let known = (members[index].latency ?? seconds) * fading
        // A peak counts at once, and fades slowly.
        members[index].latency = seconds > known ? seconds : known * 0.8 + seconds * 0.2
    }

    /// The slowest endpoint, where it is slower than the others than it may be. Also one that is not asked at the moment is judged, as that is
    /// what being slow leads to.
    private func slowest(_ now: ContinuousClock.Instant) -> Int? {
        let candidates = members.indices.filter { !members[$0].isEjected(at: now) }
        guard let index = candidates.max(by: { (faded($0, now) ?? 0) < (faded($1, now) ?? 0) }), let own = faded(index, now),
            own > settings.latencyFloor / .seconds(1), let others = median(without: index, now), own > others * settings.latencyFactor
        else { return nil }
        return index
    }

    private func faded(_ index: Int, _ now: ContinuousClock.Instant) -> Double? { members[index].latency.map { $0 * Self.fading(members[index], now) } }

    private func median(without index: Int, _ now: ContinuousClock.Instant) -> Double? {
        let latencies = members.indices.filter { $0 != index && !members[$0].isEjected(at: now) }.compactMap { faded($0, now) }.sorted()
        return latencies.isEmpty ? nil : latencies[latencies.count / 2]
    }

    /// Looks for endpoints that fail more often than the others do.
    private mutating func compare(_ now: ContinuousClock.Instant) {
        guard let last = compared else {
            compared = now
            return
        }
        guard now - last >= settings.interval else { return }
        compared = now
        let judged = members.indices.filter { members[$0].succeeded + members[$0].failed >= settings.minimumCalls }
        let shares = judged.map { Double(members[$0].succeeded) / Double(members[$0].succeeded + members[$0].failed) }
        for index in members.indices { (members[index].succeeded, members[index].failed) = (0, 0) }
        guard judged.count >= 3 else { return }
        let mean = shares.reduce(0, +) / Double(shares.count)
        let deviation = (shares.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(shares.count)).squareRoot()
        guard deviation > 0 else { return }
        for (index, share) in zip(judged, shares) where share < mean - settings.deviations * deviation { eject(index, "fails more often than the others", now) }
    }

    private mutating func eject(_ index: Int, _ reason: String, _ now: ContinuousClock.Instant) {
        let ejected = members.count { $0.isEjected(at: now) }
        guard !members[index].isEjected(at: now), Double(ejected + 1) <= settings.maximumEjectedShare * Double(members.count) else { return }
        members[index].ejections += 1
        members[index].ejectedUntil = now + settings.ejectionDuration * members[index].ejections
        members[index].reason = reason
    }

    /// An endpoint whose time is over begins anew.
    private mutating func readmit(at now: ContinuousClock.Instant) {
        for index in members.indices {
            guard let until = members[index].ejectedUntil, now >= until else { continue }
            members[index].ejectedUntil = nil
            members[index].failuresInRow = 0
            members[index].penalty = 0
            members[index].latency = nil
            members[index].observed = now
        }
    }
}
