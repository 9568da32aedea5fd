import Crypto
import Foundation
import Logging
import NetworkAccess
import NIOCore
import NIOHTTP1
import NIOPosix
import Observability
import Rego
import Resilience
import Routing
import Synchronization

/// Answers requests for decisions as routes say, whichever way they came.
struct RoutedDecisions: Sendable {
    static let routeHeader = "Verdict-Route"
    static let revisionHeader = "Verdict-Revision"

    /// A revision and what answers with it.
    struct Lane: Sendable {
        let responder: DecisionResponder
        /// Targets as this revision's decisions have gone.
        let targets: KnownTargets
    }

    let routing: DecisionRouting
    let forwarding: DecisionForwarding
    let stable: DecisionResponder
    private let lanes: [String: Lane]
    private let shadows: LongWork
    private let kept = KeptDecisions()
    /// Comparisons that may wait; more are skipped.
    private static let shadowLimit = 512

    init(_ routing: DecisionRouting, stable: DecisionResponder, limits: LaneLimits = .init()) {
        self.routing = routing
        self.stable = stable
        let configuration = stable.decisions.configuration
        forwarding = DecisionForwarding(services: routing.pools, propagation: configuration.propagation, metrics: routing.metrics)
        lanes = routing.revisions.stores.mapValues { store in
            let decisions = Decisions(store: store, configuration: configuration, observer: stable.decisions.observer)
            return Lane(responder: DecisionResponder(decisions: decisions, logger: stable.logger), targets: KnownTargets(limits))
        }
        shadows = .inBackground(limit: Self.shadowLimit)
    }

    func stop() { shadows.stop() }

    /// Settles how a request is answered.
    ///
    /// - Parameter budget: what a policy that derives intents may cost; nil for what the configuration allows.
    /// - Throws: `ServiceError` for an intent or revision that is not there; `EvaluationError` where the policy fails.
    func plan(_ request: inout DecisionRequest, within budget: Decisions.Budget?) throws {
        let plan = try plan(request, budget)
        request.plan = plan
        if stable.decisions.observer.log != nil { request.caller.routing = plan.document }
    }

    /// Answers a request of the router, on a thread that may wait.
    func respond(to request: DecisionRequest) async -> ServerResponse {
        guard let plan = request.plan else { return stable.respond(to: request) }
        if let kept = keptAnswer(request, plan) { return kept }
        if let pool = pool(for: plan, request), let answer = await forwarded(request, plan, pool) { return answer }
        let responder = responder(for: plan), generation = responder.decisions.store.generation
        var explained = request
        if let mode = plan.explanation, !request.target.parameters.has("explain") { explained.target.parameters = request.target.parameters.adding("explain", mode) }
        return finish(responder.respond(to: explained), request, plan, generation, on: MultiThreadedEventLoopGroup.singleton.any())
    }

    private func plan(_ request: DecisionRequest, _ budget: Decisions.Budget?) throws -> RoutingPlan {
        let generation = stable.decisions.store.generation
        do {
            let plan = try routing.plan(request, stable: generation) { try derivedIntent($0, $1, generation, budget) }
            routing.metrics.count(plan)
            if let span = request.caller.span {
                span.set("verdict.intent", .text(plan.intent.rawValue))
                if let route = plan.route { span.set("verdict.route", .text(route.name)) }
                span.set("verdict.revision", .text(plan.revision ?? PolicyRevisions.stable))
            }
            return plan
        } catch let error as RoutingError {
            routing.metrics.countRefused()
            throw ServiceError(.invalidIntent, error.message)
        }
    }

    /// What the policy `system.intent` says; nil where there is none, or it says nothing.
    private func derivedIntent(_ request: RoutedRequest, _ requested: Intent?, _ generation: Generation, _ budget: Decisions.Budget?) throws -> Intent? {
        guard generation.snapshot.hasRule(at: ["system", "intent"]) else { return nil }
        let query: PreparedQuery
        do { query = try generation.query("data.system.intent").query } catch { throw ServiceError(error) }
        var output: [UInt8] = []
        let input = request.intentInput(requested: requested).json(escapesHTML: false)
        let report = try input.withUnsafeBytes { try query.decide(inputJSON: $0, options: stable.decisions.options(within: budget), appendingTo: &output) }
        guard report.isDefined else { return nil }
        guard case .string(let text) = try Value(json: output) else { throw ServiceError(.evaluation, "data.system.intent must be the name of an intent") }
        do { return try Intent(named: text) } catch { throw ServiceError(.evaluation, "data.system.intent: \(error)") }
    }

    /// What decides for a plan.
    func responder(for plan: RoutingPlan) -> DecisionResponder { plan.revision.flatMap { lanes[$0] }?.responder ?? stable }

    /// The target as the plan's revision knows it; nil where the active policies decide, which know their own.
    func target(of request: DecisionRequest, for plan: RoutingPlan) -> KnownTarget? {
        guard let lane = plan.revision.flatMap({ lanes[$0] }) else { return nil }
        if let known = lane.targets[request.uri] { return known }
        let known = KnownTarget(request.target, uri: request.uri)
        if request.method == "POST" { lane.targets.remember(known, as: request.uri) }
        return known
    }

    /// Where other instances are to be asked.
    func pool(for plan: RoutingPlan, _ request: DecisionRequest) -> Route.Pool? { request.headers.contains(name: DecisionForwarding.mark) ? nil : plan.route?.pool }

    /// The answer of other instances; nil where this one is to decide.
    func forwarded(_ request: DecisionRequest, _ plan: RoutingPlan, _ pool: Route.Pool) async -> ServerResponse? {
        if let answer = await forwarding.answer(request, plan, pool) { return marked(answer, plan) }
        if pool.fallsBackToLocal { return nil }
        var error = ServiceError(.overloaded, "none of the instances that decide about this answers: \(pool.services.joined(separator: ", "))")
        error.retryAfter = 1
        return marked(ServerResponse(error), plan)
    }

    /// An answer that may be given again; nil where the route wants a fresh one.
    func keptAnswer(_ request: DecisionRequest, _ plan: RoutingPlan) -> ServerResponse? {
        guard let age = plan.route?.maximumAge, let found = kept.answer(request, responder(for: plan).decisions.store.generation, maximumAge: age) else { return nil }
        routing.metrics.countKept()
        var response = marked(found.response, plan)
        response.headers.add(name: "Age", value: String(Int(found.age / .seconds(1))))
        return response
    }

    /// What is done with an answer of this instance: it is marked, kept, and another revision is asked the same.
    func finish(_ response: ServerResponse, _ request: DecisionRequest, _ plan: RoutingPlan, _ generation: Generation, on eventLoop: any EventLoop) -> ServerResponse {
        if plan.route?.maximumAge != nil, response.status == .ok { kept.keep(response, request, generation) }
        if let comparison = plan.comparison { compare(request, comparison, on: eventLoop) }
        return marked(response, plan)
    }

    private func compare(_ request: DecisionRequest, _ comparison: RoutingPlan.Comparison, on eventLoop: any EventLoop) {
        let work = ShadowComparison(routing: routing, stable: stable, plan: comparison, request: request)
        shadows.run(on: eventLoop) { work.run() }.whenFailure { [routing] _ in routing.comparisons.count(.skipped, of: comparison.revision) }
    }

    private func marked(_ response: ServerResponse, _ plan: RoutingPlan) -> ServerResponse {
        var response = response
        response.headers.replaceOrAdd(name: Intent.header, value: plan.intent.rawValue)
        if let route = plan.route { response.headers.replaceOrAdd(name: Self.routeHeader, value: route.name) }
        if !response.headers.contains(name: Self.revisionHeader) { response.headers.add(name: Self.revisionHeader, value: plan.revision ?? PolicyRevisions.stable) }
        return response
    }
}

/// Answers that may be given again, by what was asked, by whom, and of which policies.
private final class KeptDecisions: Sendable {
    private let answers = Mutex(KeptAnswers<SHA256Digest, ServerResponse>(capacity: 10_000))

    func answer(_ request: DecisionRequest, _ generation: Generation, maximumAge: Duration) -> (response: ServerResponse, age: Duration)? {
        let key = Self.key(request, generation)
        return answers.withLock { $0.answer(key, maximumAge: maximumAge, at: .now) }.map { ($0.answer, $0.age) }
    }

    func keep(_ response: ServerResponse, _ request: DecisionRequest, _ generation: Generation) {
        let key = Self.key(request, generation)
        answers.withLock { $0.keep(response, for: key, at: .now) }
    }

    private static func key(_ request: DecisionRequest, _ generation: Generation) -> SHA256Digest {
        var hash = SHA256()
        for part in [generation.identifier, request.method, request.uri, request.isYAML ? "yaml" : "json"] {
            hash.update(data: Data(part.utf8))
            hash.update(data: [0])
        }
        if let identity = request.caller.identity { hash.update(data: identity.json(escapesHTML: false)) }
        hash.update(data: [0])
        request.body.withUnsafeReadableBytes { hash.update(bufferPointer: $0) }
        return hash.finalize()
    }
}
