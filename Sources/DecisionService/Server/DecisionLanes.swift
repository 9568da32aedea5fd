import NIOCore
import NIOHTTP1
import Rego
import Resilience

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

    /// - Parameters:
    ///   - longDecisions: decides what takes long.
    ///   - preparation: compiles queries, apart from long decisions so as not to wait behind them.
    init(
        responder: DecisionResponder, access: AccessControl, observation: DirectObservation, router: RouterLane, longDecisions: LongWork, preparation: LongWork,
        admission: DecisionAdmission, limits: LaneLimits = .init()
    ) {
        self.responder = responder
        self.access = access
        self.observation = observation
        self.router = router
        self.longDecisions = longDecisions
        self.preparation = preparation
        self.admission = admission
        self.limits = limits
        targets = KnownTargets(limits)
    }

    func answer(_ request: AssembledRequest, from client: Client) -> Answer {
        // What the router answers is observed and guarded there.
        guard let known = target(of: request.head), isReadHere(request) else { return router.answer(request, from: client) }
        let observed = observation.begin(request.head, known.handler, from: client)
        var asked = DecisionRequest(target: known.target, body: request.body, isYAML: request.head.isYAML, caller: observed.caller, headers: request.head.headers)
        do {
            if access.isOn {
                let certificate = access.needsCertificate ? client.certificate : nil
                asked.caller.identity = try access.admit(AuthorizationRequest(request, isYAML: asked.isYAML), certificate: certificate, within: limits.provisionalBudget).value
            }
            try admission.check(asked, request.head, from: client)
            return observed.observing(answer(known, asked, from: client))
        } catch let error as EvaluationError where error.code == .cancel {
            // A policy that takes long, or waits for the network, does so elsewhere; there the request is observed anew.
            return router.answer(request, from: client)
        } catch {
            return observed.observing(.now(responder.response(to: error, known.target)))
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
        // A trace takes long, and the first one after a change compiles the policies anew.
        if request.target.parameters.has("explain") { return answerElsewhere(request, from: client) }
        let generation = responder.decisions.store.generation
        if !known.isPrepared(for: generation) {
            guard request.target.parameters.isOn("metrics") || request.target.parameters.isOn("instrument") else { return prepare(known, request, from: client) }
            // Who asks for times is shown the one for compiling.
            known.wasPrepared(for: generation)
            return answerElsewhere(request, from: client)
        }
        guard !known.takesElsewhere(), request.body.readableBytes <= limits.bodySize else { return answerElsewhere(request, from: client) }
        do {
            return .now(try responder.attempt(request, within: limits.provisionalBudget))
        } catch let error as EvaluationError where error.code == .cancel {
            known.wasLong(decisionsElsewhere: limits.decisionsElsewhere)
            return answerElsewhere(request, from: client)
        } catch {
            return .now(responder.response(to: error, known.target))
        }
    }

    /// Answers after the target's queries have been compiled for the current policies.
    private func prepare(_ known: KnownTarget, _ request: DecisionRequest, from client: Client) -> Answer {
        .later { cancellation in
            let generation = responder.decisions.store.generation
            return preparation.run(on: client.channel.eventLoop) {
                responder.decisions.prepare(known.target.path, generation)
                known.wasPrepared(for: generation)
            }.assumeIsolated().flatMap {
                switch answer(known, request, from: client) {
                case .now(let response): client.channel.eventLoop.makeSucceededFuture(response)
                case .later(let start): start(cancellation)
                }
            }.nonisolated()
        }
    }

    private func answerElsewhere(_ request: DecisionRequest, from client: Client) -> Answer {
        var request = request
        // Only what may wait asks others; the rest does not need to know.
        request.caller.context = CallContext { request.headers.first(name: $0) }
        return .later { [request] cancellation in
            admission.decide(request, by: longDecisions, on: client.channel.eventLoop, cancellation) { responder.respond(to: request, cancellation: cancellation) }
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
    fileprivate init(_ request: AssembledRequest, isYAML: Bool) throws(ServiceError) {
        let parts = request.head.uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        self.init(
            method: request.head.method.rawValue, path: String(parts[0]), query: parts.count > 1 ? String(parts[1]) : nil,
            headers: request.head.headers.map { ($0.name, $0.value) })
        guard Self.showsBody(method: method, path: path) else { return }
        body = try Self.document(Array(request.body.readableBytesView), isYAML: isYAML)
    }
}
