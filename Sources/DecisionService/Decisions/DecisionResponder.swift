import Discovery
import Gatekeeper
import Logging
import NIOCore
import NIOHTTP1
import Rego
import Routing

/// Answers requests for decisions: the one place where a decision becomes a response, whichever way the request came.
struct DecisionResponder: Sendable {
    let decisions: Decisions
    let logger: Logger

    /// Answers a request; a decision that fails is answered with its error.
    ///
    /// Where the decision could not ask a service whose circuit breaker is open, the header `X-Breaker-Root` says which.
    func respond(to request: DecisionRequest, cancellation: Cancellation? = nil) -> ServerResponse {
        let failures = DependencyFailures()
        var request = request
        request.caller.failures = failures
        var response: ServerResponse
        do {
            let steps = request.plan?.route?.steps ?? decisions.configuration.stepBudget
            response = try attempt(request, within: Decisions.Budget(steps: steps, cancellation: cancellation))
        } catch {
            response = self.response(to: error, request.target)
        }
        if let root = failures.root { response.headers.add(name: UpstreamError.rootHeader, value: root) }
        return response
    }

    /// What a request whose decision failed is answered with.
    func response(to error: any Error, _ target: DecisionTarget) -> ServerResponse {
        switch error {
        case let error as EvaluationError: ServerResponse(ServiceError(error, carrier: target.carrier))
        case let error as ServiceError: ServerResponse(error)
        default: ServerResponse(ServiceError(.evaluation, "\(error)"))
        }
    }

    /// Answers a request within a budget.
    ///
    /// - Throws: `EvaluationError` where evaluation fails, with the code `cancel` where the budget was exhausted; `ServiceError` for what
    ///   cannot be read or is not there.
    func attempt(_ request: DecisionRequest, within budget: Decisions.Budget) throws -> ServerResponse {
        let target = request.target
        let answer = DecisionAnswer(decisions: decisions, parameters: target.parameters, start: .now)
        let (text, form) = try input(of: request)
        let decision = try text.withUnsafeReadableBytes {
            try decisions.decide(target.path, about: $0, as: form, target.parameters, for: request.caller, within: budget)
        }
        for line in decision.report.prints { logger.info("\(line.text)", metadata: ["line": "\(line.location.file):\(line.location.row)"]) }
        var response = switch target.form {
        case .bare: ServerResponse(json: try answer.bare(decision, at: target.path))
        case .envelope: ServerResponse(json: answer.envelope(decision, warnsOfMissingInput: true))
        case .parameter: ServerResponse(json: answer.envelope(decision, warnsOfMissingInput: false))
        }
        if let fallback = decision.fallback { response.headers.add(name: "Verdict-Fallback", value: fallback.header) }
        if target.parameters.isOn("provenance") { response.headers.add(name: RemoteDecisionPoint.generationHeader, value: decision.generation.identifier) }
        return response
    }

    /// The text that holds the input, and how.
    ///
    /// - Throws: `ServiceError` or `EvaluationError` where it cannot be read.
    func input(of request: DecisionRequest) throws -> (text: ByteBuffer, form: Decisions.InputForm) {
        let target = request.target
        let text = switch target.form {
        case .parameter: ByteBuffer(string: target.parameters["input"] ?? "")
        case .envelope, .bare: request.isYAML ? ByteBuffer(bytes: try RequestBody.json(request.body, isYAML: true)) : request.body
        }
        let form: Decisions.InputForm = target.form == .envelope ? .envelope : .document
        guard decisions.configuration.passesIdentity else { return (text, form) }
        return (ByteBuffer(bytes: try IdentityInput.text(Array(text.readableBytesView), as: form, identity: request.caller.identity)), form)
    }
}

extension DecisionTarget {
    /// What held the input, in the words of errors.
    fileprivate var carrier: String {
        switch form {
        case .parameter: "parameter"
        case .envelope: "body"
        case .bare: "unexpected parse error for input: body"
        }
    }
}
