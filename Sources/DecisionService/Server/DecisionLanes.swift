import NetworkAccess
import NIOCore
import NIOHTTP1
import Rego
import Resilience
import Routing

/// Answers requests for decisions on the event loop itself, and hands on what takes longer: long decisions to threads of their own,
/// everything else to the router.
///
/// A decision is first tried with a small number of steps. Where they do not suffice it is repeated on another thread, and so, at once, are
/// the next ones of the same target: short decisions do not wait behind long ones.
struct DecisionLanes: RequestLanes {
    private let responder: DecisionResponder
    private let access: AccessControl
    private let observation: DirectObservation
    private let router: RouterLane
    private let longDecisions: LongWork
    private let preparation: LongWork
    private let limits: LaneLimits
    private let targets: KnownTargets
    private let admission: DecisionAdmission
    /// Nil where there are no routes.
    private let routed: RoutedDecisions?
    /// Decides what nobody waits for.
    private let background: LongWork

    /// - Parameters:
    ///   - longDecisions: decides what takes long.
    ///   - preparation: compiles queries, apart from long decisions so as not to wait behind them.
    ///   - background: decides what nobody waits for, apart from all others.
    init(
        responder: DecisionResponder, access: AccessControl, observation: DirectObservation, router: RouterLane, longDecisions: LongWork, preparation: LongWork,
        background: LongWork, admission: DecisionAdmission, routed: RoutedDecisions?, limits: LaneLimits = .init()
    ) {
        self.responder = responder
        self.access = access
        self.observation = observation
        self.router = router
        self.longDecisions = longDecisions
        self.preparation = preparation
        self.background = background
        self.admission = admission
        self.routed = routed
        self.limits = limits
        targets = KnownTargets(limits)
    }

    func answer(_ request: AssembledRequest, from client: Client) -> Answer {
        // What the router answers is observed and guarded there.
        guard let known = target(of: request.head), isReadHere(request) else { return router.answer(request, from: client) }
        let observed = observation.begin(request.head, known.handler, from: client)
        var asked = DecisionRequest(target: known.target, body: request.body, isYAML: request.head.isYAML, caller: observed.caller, headers: request.head.headers)
        if routed != nil { (asked.method, asked.uri) = (request.head.method.rawValue, request.head.uri) }
        do {
            if access.isOn {
                let certificate = access.needsCertificate ? client.certificate : nil
                let asking = try AuthorizationRequest(request, isYAML: asked.isYAML, isSecure: client.isSecure)
                guard let identity = try access.admitAtOnce(asking, certificate: certificate, within: limits.provisionalBudget) else {
                    return observed.observing(answerWhenAdmitted(known, asked, asking, certificate, request.head, from: client))
                }
                asked.caller.take(identity)
            }
            try routed?.plan(&asked, within: limits.provisionalBudget)
            try admission.check(asked, request.head, from: client)
            return observed.observing(answer(known, asked, from: client))
        } catch let error as EvaluationError where error.code == .cancel {
            // A policy that takes long, or waits for the network, does so elsewhere; there the request is observed anew.
            return router.answer(request, from: client)
        } catch {
            return observed.observing(.now(responder.response(to: error, known.target)))
        }
    }

    /// Answers after the issuer of the request's token was asked, on a thread that may wait.
    private func answerWhenAdmitted(
        _ known: KnownTarget, _ request: DecisionRequest, _ asking: AuthorizationRequest, _ certificate: ClientCertificate?, _ head: HTTPRequestHead, from client: Client
    ) -> Answer {
        .later { cancellation in
            let admitted = client.channel.eventLoop.makePromise(of: Result<Authentication.Identity, any Error>.self)
            Task(executorPreference: WaitingThreads.shared) {
                do { admitted.succeed(.success(try await access.admit(asking, certificate: certificate))) } catch { admitted.succeed(.failure(error)) }
            }
            return admitted.futureResult.assumeIsolated().flatMap { admitted in
                var request = request
                let answered: Answer
                do {
                    request.caller.take(try admitted.get())
                    try routed?.plan(&request, within: nil)
                    try admission.check(request, head, from: client)
                    answered = answer(known, request, from: client)
                } catch {
                    answered = .now(responder.response(to: error, known.target))
                }
                switch answered {
                case .now(let response): return client.channel.eventLoop.makeSucceededFuture(response)
                case .later(let start): return start(cancellation)
                }
            }.nonisolated()
        }
    }

    /// A policy that guards the API may read the whole body, which for a large one takes too long here.
    private func isReadHere(_ request: AssembledRequest) -> Bool { !access.isOn || request.body.readableBytes <= limits.guardedBodySize }

    /// Nil for what the router must look at, mistakes included.
    private func target(of head: HTTPRequestHead) -> KnownTarget? {
        // The form depends on the method, so only the most frequent one is remembered.
        let isRemembered = head.method == .POST
        if isRemembered, let known = targets[head.uri] { return known }
        let defaultDecision = responder.decisions.configuration.defaultDecision
        guard let target = try? DecisionTarget(method: head.method.rawValue, uri: head.uri, defaultDecision: defaultDecision) else { return nil }
        let known = KnownTarget(target, uri: head.uri)
        if isRemembered { targets.remember(known, as: head.uri) }
        return known
    }

    private func answer(_ known: KnownTarget, _ request: DecisionRequest, from client: Client) -> Answer {
        guard let routed, let plan = request.plan else { return decide(known, request, by: responder, from: client) }
        if let kept = routed.keptAnswer(request, plan) { return .now(kept) }
        guard let pool = routed.pool(for: plan, request) else { return decide(known, request, plan, routed, from: client) }
        return .later { cancellation in
            let answered = client.channel.eventLoop.makePromise(of: ServerResponse?.self)
            Task(executorPreference: WaitingThreads.shared) { answered.succeed(await routed.forwarded(request, plan, pool)) }
            return answered.futureResult.assumeIsolated().flatMap { response in
                if let response { return client.channel.eventLoop.makeSucceededFuture(response) }
                switch decide(known, request, plan, routed, from: client) {
                case .now(let response): return client.channel.eventLoop.makeSucceededFuture(response)
                case .later(let start): return start(cancellation)
                }
            }.nonisolated()
        }
    }

    /// Decides as a route says.
    private func decide(_ known: KnownTarget, _ request: DecisionRequest, _ plan: RoutingPlan, _ routed: RoutedDecisions, from client: Client) -> Answer {
        let responder = routed.responder(for: plan), generation = responder.decisions.store.generation, eventLoop = client.channel.eventLoop
        var explained = request
        if let mode = plan.explanation, !request.target.parameters.has("explain") { explained.target.parameters = request.target.parameters.adding("explain", mode) }
        return decide(routed.target(of: request, for: plan) ?? known, explained, by: responder, from: client).mapping {
            routed.finish($0, request, plan, generation, on: eventLoop)
        }
    }

    private func decide(_ known: KnownTarget, _ request: DecisionRequest, by responder: DecisionResponder, from client: Client) -> Answer {
        if request.plan?.isBackground == true { return answerElsewhere(request, by: responder, on: background, from: client) }
        // A trace takes long, and the first one after a change compiles the policies anew.
        if request.target.parameters.has("explain") { return answerElsewhere(request, by: responder, on: longDecisions, from: client) }
        let generation = responder.decisions.store.generation
        if !known.isPrepared(for: generation) {
            guard request.target.parameters.isOn("metrics") || request.target.parameters.isOn("instrument") else { return prepare(known, request, by: responder, from: client) }
            // Who asks for times is shown the one for compiling.
            known.wasPrepared(for: generation)
            return answerElsewhere(request, by: responder, on: longDecisions, from: client)
        }
        guard !known.takesElsewhere(), request.body.readableBytes <= limits.bodySize else { return answerElsewhere(request, by: responder, on: longDecisions, from: client) }
        do {
            var budget = limits.provisionalBudget
            budget.steps = min(budget.steps, request.plan?.route?.steps ?? .max)
            let response = try responder.attempt(request, within: budget)
            known.wasShort()
            return .now(response)
        } catch let error as EvaluationError where error.code == .cancel {
            known.wasLong(limits)
            return answerElsewhere(request, by: responder, on: longDecisions, from: client)
        } catch {
            return .now(responder.response(to: error, known.target))
        }
    }

    /// Answers after the target's queries have been compiled for the current policies.
    private func prepare(_ known: KnownTarget, _ request: DecisionRequest, by responder: DecisionResponder, from client: Client) -> Answer {
        .later { cancellation in
            let generation = responder.decisions.store.generation
            return preparation.run(on: client.channel.eventLoop) {
                responder.decisions.prepare(known.target.path, generation)
                known.wasPrepared(for: generation)
            }.assumeIsolated().flatMap {
                switch decide(known, request, by: responder, from: client) {
                case .now(let response): client.channel.eventLoop.makeSucceededFuture(response)
                case .later(let start): start(cancellation)
                }
            }.nonisolated()
        }
    }

    private func answerElsewhere(_ request: DecisionRequest, by responder: DecisionResponder, on threads: LongWork, from client: Client) -> Answer {
        var request = request
        // Only what may wait asks others; the rest does not need to know.
        request.caller.context = CallContext { request.headers.first(name: $0) }
        return .later { [request] cancellation in
            admission.decide(request, by: threads, on: client.channel.eventLoop, cancellation) { responder.respond(to: request, cancellation: cancellation) }
        }
    }
}

extension HTTPRequestHead {
    fileprivate var isYAML: Bool {
        guard let type = headers.first(name: "content-type") else { return false }
        // Byte by byte: the search for a text in a text costs more than many a decision.
        var rest = type.utf8[...]
        while let start = rest.firstIndex(of: UInt8(ascii: "y")) {
            rest = rest[start...]
            if rest.starts(with: "yaml".utf8) { return true }
            rest = rest.dropFirst()
        }
        return false
    }
}

extension AuthorizationRequest {
    /// - Throws: `ServiceError` where the body cannot be read.
    fileprivate init(_ request: AssembledRequest, isYAML: Bool, isSecure: Bool) throws(ServiceError) {
        let parts = request.head.uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        self.init(
            method: request.head.method.rawValue, path: String(parts[0]), query: parts.count > 1 ? String(parts[1]) : nil,
            headers: request.head.headers.map { ($0.name, $0.value) })
        self.isSecure = isSecure
        guard Self.showsBody(method: method, path: path) else { return }
        body = try Self.document(Array(request.body.readableBytesView), isYAML: isYAML)
    }
}
