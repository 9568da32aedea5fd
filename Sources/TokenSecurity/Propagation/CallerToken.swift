import Rego

/// A verified token of who sends a request, as it may be passed on.
public struct CallerToken: Sendable {
    public var token: Secret
    public var claims: Value
    /// Seconds since 1970 after which it is not accepted any more.
    public var expiry: Double
    /// Whether only its holder can use it, because it is bound to a key or certificate.
    public var isBound: Bool { claims["cnf"] != nil }

    public init(token: Secret, _ verified: VerifiedToken) {
        self.token = token
        claims = verified.claims
        expiry = verified.expiry
    }
}
