import NIOHTTP1
import Rego

/// Whether a request may go on: who asks, and whether the policy lets them. Every way into the service asks here, before anything else.
struct AccessControl: Sendable {
    let authentication: Authentication
    /// Nil where the API is not guarded by a policy.
    let authorizer: APIAuthorizer?

    init(decisions: Decisions) {
        authentication = decisions.configuration.authentication
        authorizer = decisions.configuration.authorizesRequests ? APIAuthorizer(decisions: decisions) : nil
    }

    /// False where every request may go on, so that nothing needs to be read of it.
    var isOn: Bool {
        if authorizer != nil { return true }
        if case .verifiedToken = authentication { return true }
        return false
    }

    /// Whether who asks is known by a certificate, which is then to be read.
    var needsCertificate: Bool { if case .certificate = authentication { true } else { false } }

    /// Whether a request without a body that concerns this may go on. For an event loop: a policy that wants more than the budget lets nobody in.
    func admits(_ head: HTTPRequestHead, from client: Client, within budget: Decisions.Budget) -> Bool {
        guard isOn else { return true }
        let request = AuthorizationRequest(method: head.method.rawValue, path: head.uri, query: nil, headers: head.headers.map { ($0.name, $0.value) })
        return (try? admit(request, certificate: needsCertificate ? client.certificate : nil, within: budget)) != nil
    }

    /// - Parameter budget: what the policy may cost; nil for what the configuration allows.
    /// - Returns: what is known of who asks.
    /// - Throws: `ServiceError` with the answer to a request that may not go on; `EvaluationError` where the policy fails.
    func admit(_ request: AuthorizationRequest, certificate: ClientCertificate? = nil, within budget: Decisions.Budget? = nil) throws -> Authentication.Identity {
        var request = request
        let header = request.headers.first { $0.name.lowercased() == "authorization" }?.value
        let identity = try authentication.identify(authorization: header, certificate: certificate)
        guard let authorizer else {
            // Without a policy that could let others in, a verified token is the only way.
            if case .verifiedToken = authentication, identity.value == nil { throw ServiceError(.unauthorized, "a bearer token is required") }
            return identity
        }
        request.identity = identity.value
        request.certificates = identity.certificates
        try authorizer.authorize(request, within: budget)
        return identity
    }
}
