import Rego

/// Decides about documents. Knows nothing of HTTP, so that every way into the service asks here.
struct Decisions: Sendable {
    /// What the text of a request is.
    enum InputForm: Sendable {
        /// An object whose member `input` is the input; an empty text has none.
        case envelope
        /// The input itself; an empty text has none.
        case document
    }

    let store: PolicyStore
    let configuration: ServiceConfiguration
    var observer = DecisionObserver()

    /// Decides about the document at a path.
    ///
    /// - Parameter caller: who asks, for the log.
    /// - Throws: `EvaluationError` where the input cannot be read or evaluation fails; `ServiceError` where the path cannot be asked for.
    func decide(
        _ path: DocumentPath, about text: UnsafeRawBufferPointer, as form: InputForm, _ parameters: RequestParameters, for caller: DecisionCaller = .init()
    ) throws -> Decision {
        let generation = store.generation
        let observation = observer.begin(path, caller)
        do {
            var decision = try decide(path, about: text, as: form, parameters, on: generation)
            decision.identifier = observation.identifier
            observation.end(decision, about: text, as: form)
            return decision
        } catch let error as EvaluationError where error.code != .invalidInput {
            observation.fail(error, on: generation.snapshot, about: text, as: form)
            throw error
        }
    }

    private func decide(
        _ path: DocumentPath, about text: UnsafeRawBufferPointer, as form: InputForm, _ parameters: RequestParameters, on generation: Generation
    ) throws -> Decision {
        let options = options(parameters)
        var output: [UInt8] = []
        var decision: Decision?
        for query in path.queries {
            let start = ContinuousClock.now
            let (prepared, wasPrepared) = try Self.prepared(query, generation)
            let compiled = ContinuousClock.now
            let report = switch form {
            case .envelope: try prepared.decide(requestJSON: text, options: options, appendingTo: &output)
            case .document: try prepared.decide(inputJSON: text, options: options, appendingTo: &output)
            }
            let made = Decision(
                output: output, report: report, generation: generation, wasPrepared: wasPrepared,
                preparing: compiled - start, evaluating: ContinuousClock.now - compiled)
            if report.isDefined { return made }
            decision = made
        }
        guard let decision else { throw ServiceError(.evaluation, "no query for \(path.description)") }
        return decision
    }

    func options(_ parameters: RequestParameters) -> EvaluationOptions {
        var options = EvaluationOptions()
        options.strictBuiltinErrors = parameters.isOn("strict-builtin-errors")
        options.stepBudget = configuration.stepBudget
        options.runtime = configuration.runtime
        return options
    }

    private static func prepared(_ query: String, _ generation: Generation) throws(ServiceError) -> (query: PreparedQuery, wasPrepared: Bool) {
        do {
            return try generation.query(query)
        } catch {
            throw ServiceError(.evaluation, error.diagnostics.map(\.description).joined(separator: "\n"))
        }
    }
}
