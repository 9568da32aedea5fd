import Rego

/// Asks the policy `system.authz` whether a request to the API may go on.
struct APIAuthorizer: Sendable {
    let decisions: Decisions

    /// - Parameter budget: provisional on an event loop; nil for what the configuration allows.
    /// - Throws: `ServiceError` with the answer to a request that may not go on; `EvaluationError` where the policy fails.
    func authorize(_ request: AuthorizationRequest, within budget: Decisions.Budget?) throws {
        let query: PreparedQuery
        do {
            query = try decisions.store.generation.query(decisions.configuration.authorizationDecision.queries[0]).query
        } catch {
            throw ServiceError(.evaluation, "authorization policy missing or undefined")
        }
        var output: [UInt8] = []
        let input = try request.input().json(escapesHTML: false)
        let report = try input.withUnsafeBytes { try query.decide(inputJSON: $0, options: decisions.options(within: budget), appendingTo: &output) }
        guard report.isDefined else { throw ServiceError(.evaluation, "authorization policy missing or undefined") }
        try Self.judge(Value(json: output))
    }

    private static func judge(_ decision: Value) throws(ServiceError) {
        let rejection = "request rejected by administrative policy"
        switch decision {
        case .boolean(true): return
        case .object:
            guard let allowed = decision["allowed"] else { throw ServiceError(.evaluation, "document missing or undefined") }
            if allowed == true { return }
            guard case .string(let reason)? = decision["reason"] else { throw ServiceError(.unauthorized, rejection) }
            throw ServiceError(.unauthorized, reason)
        default: throw ServiceError(.unauthorized, rejection)
        }
    }
}
