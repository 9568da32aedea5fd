/// What is asked of the service that is protected, in the shape that the policy `api` reads.
public struct APIRequest: Codable, Hashable, Sendable {
    public var method: String
    public var path: String
    /// The claims of the access token, whose signature has been verified; nil without a token.
    public var claims: Claims?

    public init(method: String, path: String, claims: Claims? = nil) {
        self.method = method
        self.path = path
        self.claims = claims
    }
}

public struct Claims: Codable, Hashable, Sendable {
    public var sub: String
    public var iss: String
    public var aud: String
    public var exp: Int
    public var scope: String
    public var roles: [String]

    public init(sub: String, iss: String, aud: String, exp: Int, scope: String, roles: [String] = []) {
        self.sub = sub
        self.iss = iss
        self.aud = aud
        self.exp = exp
        self.scope = scope
        self.roles = roles
    }
}

public struct APIResponse: Hashable, Sendable {
    public var status: Int
    public var body: String

    public init(status: Int, body: String) {
        self.status = status
        self.body = body
    }
}

/// Stands before a handler and lets through what the policy allows.
public struct Authorization: Sendable {
    private let policy: PolicyClient

    public init(policy: PolicyClient) { self.policy = policy }

    /// 403 where the policy says no, 503 where nobody could say; in both cases the handler does not run.
    public func handle(_ request: APIRequest, next: @Sendable (APIRequest) async throws -> APIResponse) async rethrows -> APIResponse {
        switch await policy.decide(request) {
        case .allowed: try await next(request)
        case .refused: APIResponse(status: 403, body: "forbidden")
        case .undefined, .unanswered: APIResponse(status: 503, body: "authorization is not available")
        }
    }
}
