import Foundation
import HTTPTypes
import Logging
import NIOCore
import NIOHTTP1
import Observability
import Rego
import Routing
import Synchronization

/// Says how each request for a decision is answered: by which revision, how urgently, where. Its table is replaced as a whole, while requests go on.
public final class DecisionRouting: Sendable {
    /// A canary that was ended because it did worse.
    struct Ended: Sendable {
        var reason: String
        /// What it was then; another one is tried again.
        var generation: String
    }

    struct State: Sendable {
        var table: RouteTable
        /// Grows with each change.
        var version = 1
        var analyses: [String: CanaryAnalysis] = [:]
        /// What the analyses are about.
        var generations: [String: String] = [:]
        var ended: [String: Ended] = [:]
    }

    let revisions: PolicyRevisions
    let pools: [String: ForwardingService]
    let comparisons = ComparisonLog()
    let metrics = RoutingMetrics()
    private let state: Mutex<State>
    /// The table of the configuration.
    private let configured: Mutex<RouteTable>
    private let healing: HealingLog
    private let health: HealthBoard
    private let logger: Logger

    /// - Parameter pools: the services that decisions may be forwarded to, by name.
    /// - Throws: `RoutingError` where the table names what is not there.
    public init(
        _ table: RouteTable, revisions: PolicyRevisions, pools: [String: ForwardingService] = [:], healing: HealingLog, health: HealthBoard, logger: Logger
    ) throws(RoutingError) {
        self.revisions = revisions
        self.pools = pools
        self.healing = healing
        self.health = health
        self.logger = logger
        state = Mutex(State(table: table))
        configured = Mutex(table)
        try check(table)
    }

    var current: State { state.withLock { $0 } }

    /// Lets another table count from the next request on. Canaries that were ended are tried again.
    ///
    /// - Throws: `RoutingError` where the table names what is not there; the one before stays.
    func replace(with table: RouteTable) throws(RoutingError) {
        try check(table)
        let ended = state.withLock { state in
            let ended = Array(state.ended.keys)
            state = State(table: table, version: state.version + 1)
            return ended
        }
        for name in ended { health.remove(Self.component(name)) }
        logger.notice("Routes were replaced.", metadata: ["routes": "\(table.routes.count)"])
    }

    /// Lets the table of a configuration that was read again count, where it is another one than that of the configuration before: a client's stays
    /// otherwise.
    ///
    /// - Throws: `RoutingError` where the table names what is not there; the one before stays.
    public func follow(_ table: RouteTable) throws(RoutingError) {
        guard configured.withLock({ $0 }) != table else { return }
        try replace(with: table)
        configured.withLock { $0 = table }
    }

    private func check(_ table: RouteTable) throws(RoutingError) {
        for name in table.revisionNames.sorted() { _ = try revisions.checked(name) }
        for name in table.serviceNames.sorted() where pools[name] == nil { throw RoutingError(.table, "service '\(name)' of a pool is not under services") }
    }

    // MARK: Planning

    /// How a request is answered.
    ///
    /// - Parameter intent: what a policy says that it wants; asked with what the request says itself.
    /// - Throws: `RoutingError` for an intent or revision that is not there; what `intent` throws.
    func plan(_ request: DecisionRequest, stable: Generation, intent derived: (RoutedRequest, Intent?) throws -> Intent?) throws -> RoutingPlan {
        let state = current, headers = request.headers
        let routed = RoutedRequest(
            path: request.target.path.keys, identity: request.caller.identity, address: request.caller.host, size: request.body.readableBytes,
            time: Date().timeIntervalSince1970, header: { headers.first(name: $0) })
        let requested = try Self.single(Intent.header, headers).map { text throws(RoutingError) in try Intent(named: text) }
        let intent = try derived(routed, requested) ?? requested ?? state.table.usualIntent(routed.path) ?? .enforce
        let route = state.table.route(intent, routed), key = state.table.key(of: routed)
        return RoutingPlan(
            intent: intent, route: route, revision: try chosenRevision(intent, route, key, headers, state), key: key, comparison: comparison(intent, route, state, stable))
    }

    /// The only value of a header; several could be read differently by others.
    private static func single(_ name: String, _ headers: HTTPHeaders) throws(RoutingError) -> String? {
        let values = headers[name]
        guard values.count <= 1 else { throw RoutingError(.unknownIntent, "there is more than one header \(name)") }
        return values.first
    }

    private func chosenRevision(_ intent: Intent, _ route: Route?, _ key: String?, _ headers: HTTPHeaders, _ state: State) throws(RoutingError) -> String? {
        let asked = try Self.single(RoutedDecisions.revisionHeader, headers)
        guard intent == .simulate else {
            guard asked == nil else { throw RoutingError(.revision, "only the intent simulate may choose a revision with \(RoutedDecisions.revisionHeader)") }
            return route.flatMap { side(of: $0, key, state) }
        }
        if let asked { return asked == PolicyRevisions.stable ? nil : try revisions.checked(asked) }
        guard let name = route?.revision.name else { throw RoutingError(.revision, "the intent simulate needs a revision: the header \(RoutedDecisions.revisionHeader), or a route that names one") }
        return name
    }

    /// The revision of the route; the active one where the canary was ended.
    private func side(of route: Route, _ key: String?, _ state: State) -> String? {
        guard let name = CanarySplit.revision(of: route, key: key) else { return nil }
        if case .canary = route.revision, isEnded(name, state) { return nil }
        return name
    }

    private func isEnded(_ name: String, _ state: State) -> Bool { state.ended[name].map { $0.generation == revisions[name]?.generation.identifier } ?? false }

    /// While a canary goes on, all of its route's decisions are compared: also a small share is judged after few decisions.
    private func comparison(_ intent: Intent, _ route: Route?, _ state: State, _ stable: Generation) -> RoutingPlan.Comparison? {
        guard let route, intent != .simulate else { return nil }
        if case .canary(let name, _) = route.revision, !isEnded(name, state), let store = revisions[name] {
            return .init(revision: name, isCanary: true, stable: stable, candidate: store.generation)
        }
        guard let shadow = route.shadow, let store = revisions[shadow.revision], shadow.share >= 1 || Double.random(in: 0..<1) < shadow.share else { return nil }
        return .init(revision: shadow.revision, isCanary: false, stable: stable, candidate: store.generation)
    }

    // MARK: Analysis

    /// Notes how two revisions decided, and ends a canary that does worse.
    func record(_ outcome: CanaryAnalysis.Outcome, _ comparison: RoutingPlan.Comparison, own: Duration, other: Duration) {
        guard comparison.isCanary else { return }
        let name = comparison.revision, generation = comparison.candidate.identifier, start = ProcessTime.now
        let (failure, isTriedAgain) = state.withLock { state -> (String?, Bool) in
            guard revisions[name]?.generation.identifier == generation, state.ended[name]?.generation != generation else { return (nil, false) }
            let isTriedAgain = state.ended.removeValue(forKey: name) != nil
            if state.generations[name] != generation {
                state.generations[name] = generation
                state.analyses[name] = CanaryAnalysis(state.table.analysis)
            }
            state.analyses[name]?.record(outcome, own: own, other: other)
            guard case .failed(let reason)? = state.analyses[name]?.verdict else { return (nil, isTriedAgain) }
            state.ended[name] = Ended(reason: reason, generation: generation)
            return (reason, isTriedAgain)
        }
        if isTriedAgain { health.remove(Self.component(name)) }
        guard let failure else { return }
        let text = "canary '\(name)' was ended: \(failure); the active policies decide"
        metrics.countRollback(name)
        healing.record(.rollback, of: Self.component(name), cause: text, duration: ProcessTime.now - start)
        health.report(Self.component(name), .degraded, text)
        logger.error("A canary does worse than the active policies, which decide again.", metadata: ["revision": "\(name)", "reason": "\(failure)"])
    }

    private static func component(_ name: String) -> String { "canary/\(name)" }
}
