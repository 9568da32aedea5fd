import FaultInjection
import Governance
import Rego

/// Decides about documents. Knows nothing of HTTP, so that every way into the service asks here.
final class Decisions: Sendable {
    /// What the text of a request is.
    enum InputForm: Sendable {
        /// An object whose member `input` is the input; an empty text has none.
        case envelope
        /// The input itself; an empty text has none.
        case document
    }

    /// How much a decision may cost.
    struct Budget {
        /// Loop iterations and calls.
        var steps: UInt64
        var cancellation: Cancellation?
        /// Whether the decision is made again with more steps where these do not suffice. A decision changes nothing, so that it can be.
        var isProvisional = false
    }

    let store: PolicyStore
    let configuration: ServiceConfiguration
    let observer: DecisionObserver
    let fallbacks: DecisionFallbacks

    init(store: PolicyStore, configuration: ServiceConfiguration, observer: DecisionObserver = .init()) {
        fallbacks = DecisionFallbacks(configuration.fallbacks)
        self.store = store
        self.configuration = configuration
        self.observer = observer
    }

    /// Decides about the document at a path.
    ///
    /// - Parameters:
    ///   - caller: who asks, for the log.
    ///   - budget: nil for what the configuration allows.
    /// - Throws: `EvaluationError` where the input cannot be read or evaluation fails; `ServiceError` where the path cannot be asked for.
    func decide(
        _ path: DocumentPath, about text: UnsafeRawBufferPointer, as form: InputForm, _ parameters: RequestParameters, for caller: DecisionCaller = .init(),
        within budget: Budget? = nil
    ) throws -> Decision {
        let generation = store.generation
        let observation = observer.begin(path, caller)
        let fallback = fallbacks.begin(path, about: text, as: form, by: configuration.propagation == nil ? nil : caller.identity)
        var caller = caller
        if fallback != nil, caller.failures == nil { caller.failures = DependencyFailures() }
        do {
            try disturb(path, budget)
            let options = options(parameters, for: caller, within: budget)
            let why = WhyExplanation(parameters)
            var decision = try decide(path, about: text, as: form, options, on: generation, why == nil ? Explanation(parameters) : nil)
            decision.identifier = observation.identifier
            if let why { decision.explanation = try explain(decision, why, observation.record(decision, about: text, as: form), path, options) }
            if let fallback { decision = Self.settled(decision, fallback, caller) }
            observation.end(decision, about: text, as: form)
            store.tally.countAnswer()
            return decision
        } catch let error as EvaluationError where error.code != .invalidInput {
            if budget?.isProvisional == true, error.code == .cancel { throw error }
            // Who went away is not to be blamed on the policy.
            store.tally.countFailure(isExhausted: error.code == .cancel && budget?.cancellation?.isCancelled != true)
            guard var decision = Self.replacement(for: error, fallback, caller, on: generation) else {
                observation.fail(error, on: generation, about: text, as: form)
                throw error
            }
            decision.identifier = observation.identifier
            observation.end(decision, about: text, as: form)
            return decision
        }
    }

    /// A decision that lacks what a service would have answered gives way to its fallback; a good one is kept.
    private static func settled(_ decision: Decision, _ fallback: DecisionFallbacks.Candidate, _ caller: DecisionCaller) -> Decision {
        guard caller.failures?.isNeeded == true else {
            if decision.report.isDefined { fallback.keep(decision.output, decision.generation) }
            return decision
        }
        guard let answer = fallback.answer(.dependency, decision.generation) else { return decision }
        var replaced = decision
        (replaced.output, replaced.fallback) = (answer.output, answer.use)
        replaced.report.isDefined = true
        replaced.explanation = nil
        return replaced
    }

    /// What answers instead of an error; nil where the error has another cause, or nothing stands in.
    private static func replacement(
        for error: EvaluationError, _ fallback: DecisionFallbacks.Candidate?, _ caller: DecisionCaller, on generation: Generation
    ) -> Decision? {
        let cause: DecisionFallbacks.Cause
        if error.code == .cancel { cause = .exhaustion } else if caller.failures?.isNeeded == true { cause = .dependency } else { return nil }
        guard let answer = fallback?.answer(cause, generation) else { return nil }
        return Decision(
            output: answer.output, report: DecisionReport(isDefined: true, hasInput: true), generation: generation, wasPrepared: true,
            preparing: .zero, evaluating: .zero, fallback: answer.use)
    }

    /// Makes the decision slow or fail where an experiment wants it to.
    ///
    /// - Throws: `EvaluationError`; with the code `cancel` where the decision is to be repeated on a thread that may wait.
    private func disturb(_ path: DocumentPath, _ budget: Budget?) throws(EvaluationError) {
        guard let chaos = configuration.chaos, chaos.isArmed(at: .evaluate, ["path": path.text]) else { return }
        guard budget?.isProvisional != true else { throw EvaluationError(.cancel, "an experiment may make this decision wait") }
        do throws(FaultFailure) {
            try chaos.computing(.evaluate, ["path": path.text])
        } catch {
            throw EvaluationError(.internal, error.description)
        }
    }

    private func decide(
        _ path: DocumentPath, about text: UnsafeRawBufferPointer, as form: InputForm, _ options: EvaluationOptions, on generation: Generation, _ explanation: Explanation?
    ) throws -> Decision {
        let snapshot = try explanation.map { _ in try Self.observed(generation) }
        var options = options
        var output: [UInt8] = []
        var decision: Decision?
        let queries = path.queries
        for (position, query) in queries.enumerated() {
            let start = ContinuousClock.now
            // What has no member by an index may have one by a key.
            let isLast = position == queries.count - 1
            let found = isLast ? try Self.prepared(query, generation, snapshot) : try? Self.prepared(query, generation, snapshot)
            guard let (prepared, wasPrepared) = found else { continue }
            options.observer = explanation?.observer()
            let compiled = ContinuousClock.now
            let report = switch form {
            case .envelope: try prepared.decide(requestJSON: text, options: options, appendingTo: &output)
            case .document: try prepared.decide(inputJSON: text, options: options, appendingTo: &output)
            }
            var made = Decision(
                output: output, report: report, generation: generation, wasPrepared: wasPrepared,
                preparing: compiled - start, evaluating: ContinuousClock.now - compiled)
            if let explanation, let snapshot, let observer = options.observer, report.isDefined || explanation.mode == .full {
                made.explanation = explanation.envelope(observer.trace, of: snapshot, query: query)
            }
            if report.isDefined { return made }
            decision = made
        }
        guard let decision else { throw ServiceError(.evaluation, "no query for \(path.description)") }
        return decision
    }

    private func explain(_ decision: Decision, _ why: WhyExplanation, _ record: DecisionRecord, _ path: DocumentPath, _ options: EvaluationOptions) throws -> Envelope? {
        guard let query = path.queries.last else { return nil }
        return try why.envelope(query, record, observer.log?.masking ?? InputMasking(), options)
    }

    /// Compiles what asks for a document, so that the next decision about it does not have to. Errors show when it is asked for.
    func prepare(_ path: DocumentPath, _ generation: Generation) {
        for query in path.queries { _ = try? generation.query(query) }
    }

    func options(_ parameters: RequestParameters, for caller: DecisionCaller, within budget: Budget? = nil) -> EvaluationOptions {
        var options = options(within: budget)
        options.strictBuiltinErrors = parameters.isOn("strict-builtin-errors")
        options.recordsNondeterminism = observer.log?.recordsNondeterminism ?? false
        if options.mayWait, let network = options.network {
            options.network = RequestNetwork(base: network, caller: caller, propagation: configuration.propagation, metrics: configuration.tokenMetrics)
            // What a service answered to one caller is not for another.
            if configuration.propagation != nil, caller.token != nil { options.responseCache = nil }
        }
        return options
    }

    /// What every evaluation of the service may do, and how much.
    func options(within budget: Budget?) -> EvaluationOptions {
        var options = EvaluationOptions()
        options.stepBudget = min(budget?.steps ?? .max, configuration.stepBudget)
        options.cancellation = budget?.cancellation
        options.inputDepth = configuration.limits.bodyDepth
        options.runtime = configuration.runtime
        options.mayWait = budget?.isProvisional != true
        if options.mayWait {
            options.network = configuration.network
            options.responseCache = configuration.responseCache
        }
        if let chaos = configuration.chaos, chaos.isActive {
            let skew = chaos.clockSkew
            if skew != .zero { options.now = WallClock.nanoseconds() + Int64(skew / .nanoseconds(1)) }
        }
        return options
    }

    /// The generation's policies and data in a form that can be traced.
    static func observed(_ generation: Generation) throws(ServiceError) -> PolicySnapshot {
        do {
            return try generation.observed()
        } catch {
            throw ServiceError(error)
        }
    }

    /// The prepared query of a text; prepared for this request alone where a traceable snapshot is given.
    private static func prepared(
        _ query: String, _ generation: Generation, _ traceable: PolicySnapshot?
    ) throws(ServiceError) -> (query: PreparedQuery, wasPrepared: Bool) {
        do {
            if let traceable { return (try traceable.prepare(query), false) }
            return try generation.query(query)
        } catch {
            throw ServiceError(.evaluation, error.diagnostics.map(\.description).joined(separator: "\n"))
        }
    }
}
