import NIOHTTP1
import Rego
import TokenSecurity

/// Whether a request may go on: who asks, and whether the policy lets them. Every way into the service asks here, before anything else.
struct AccessControl: Sendable {
    let authentication: Authentication
    /// Nil where the API is not guarded by a policy.
    let authorizer: APIAuthorizer?
    /// Whether connections may have a certificate of the client, which is then to be read.
    let needsCertificate: Bool
    private let strippedHeaders: IdentityHeaders
    private let origin: String?
    private let checkPrefix: String?
    private let metrics: TokenMetrics?

    init(decisions: Decisions) {
        let configuration = decisions.configuration
        authentication = configuration.authentication
        authorizer = configuration.authorizesRequests ? APIAuthorizer(decisions: decisions) : nil
        needsCertificate = configuration.tls?.requiresClientCertificate ?? false
        strippedHeaders = configuration.identityHeaders
        origin = configuration.origin
        checkPrefix = configuration.externalAuthorization?.prefix
        metrics = configuration.tokenMetrics
    }

    /// False where every request may go on, so that nothing needs to be read of it.
    var isOn: Bool {
        if authorizer != nil { return true }
        if case .verifiedToken = authentication { return true }
        return false
    }

    /// Whether a request without a body that concerns this may go on. For an event loop: a policy that wants more than the budget lets nobody in.
    func admits(_ head: HTTPRequestHead, from client: Client, within budget: Decisions.Budget) -> Bool {
        guard isOn else { return true }
        var request = AuthorizationRequest(method: head.method.rawValue, path: head.uri, query: nil, headers: head.headers.map { ($0.name, $0.value) })
        request.isSecure = client.isSecure
        return (try? admitAtOnce(request, certificate: needsCertificate ? client.certificate : nil, within: budget)) ?? nil != nil
    }

    /// Whether a request may go on, without waiting for anybody.
    ///
    /// - Parameter budget: what the policy may cost.
    /// - Returns: what is known of who asks; nil where `admit` is needed, which may wait.
    /// - Throws: `ServiceError` with the answer to a request that may not go on; `EvaluationError` where the policy fails.
    func admitAtOnce(_ request: AuthorizationRequest, certificate: ClientCertificate? = nil, within budget: Decisions.Budget) throws -> Authentication.Identity? {
        let request = prepared(request)
        let identity: Authentication.Identity?
        do { identity = try authentication.identifyAtOnce(request, certificate: certificate) } catch { throw described(error) }
        return try identity.map { try authorized(request, $0, within: budget) }
    }

    /// Like `admitAtOnce`, and asks the token's issuer where that is needed.
    func admit(_ request: AuthorizationRequest, certificate: ClientCertificate? = nil) async throws -> Authentication.Identity {
        let request = prepared(request)
        let identity: Authentication.Identity
        do { identity = try await authentication.identify(request, certificate: certificate) } catch { throw described(error) }
        return try authorized(request, identity, within: nil)
    }

    private func prepared(_ request: AuthorizationRequest) -> AuthorizationRequest {
        var request = request
        request.origin = origin
        request.checkPrefix = checkPrefix
        return request
    }

    private func described(_ error: any Error) -> any Error {
        guard let error = error as? TokenError else { return error }
        metrics?.count(error)
        return ServiceError(error)
    }

    private func authorized(_ request: AuthorizationRequest, _ identity: Authentication.Identity, within budget: Decisions.Budget?) throws -> Authentication.Identity {
        guard let authorizer else {
            // Without a policy that could let others in, a verified token is the only way.
            if case .verifiedToken = authentication, identity.value == nil {
                var error = ServiceError(.unauthorized, "a bearer token is required")
                error.headers.append(("WWW-Authenticate", "Bearer"))
                throw error
            }
            return identity
        }
        var request = request
        // Who somebody is, says the service; headers from outside may say anything.
        if !strippedHeaders.isEmpty { request.headers.removeAll { strippedHeaders.contains($0.name) } }
        request.identity = identity.value
        request.certificates = identity.certificates
        try authorizer.authorize(request, within: budget)
        return identity
    }
}
