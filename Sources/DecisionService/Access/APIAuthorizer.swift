import Rego

/// Asks the policy `system.authz` whether a request to the API may go on. Safe on an event loop.
struct APIAuthorizer: Sendable {
    let store: PolicyStore
    let configuration: ServiceConfiguration

    /// - Throws: `ServiceError` with the answer to a request that may not go on; `EvaluationError` where the policy fails.
    func authorize(_ request: AuthorizationRequest) throws {
        let query: PreparedQuery
        do {
            query = try store.generation.query(configuration.authorizationDecision.queries[0]).query
        } catch {
            throw ServiceError(.evaluation, "authorization policy missing or undefined")
        }
        var options = EvaluationOptions()
        options.stepBudget = configuration.stepBudget
        options.runtime = configuration.runtime
        options.network = configuration.network
        options.responseCache = configuration.responseCache
        var output: [UInt8] = []
        let input = try request.input().json(escapesHTML: false)
        let report = try input.withUnsafeBytes { try query.decide(inputJSON: $0, options: options, appendingTo: &output) }
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
