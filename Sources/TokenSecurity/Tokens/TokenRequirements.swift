import Rego

/// What a token must be to be accepted.
public struct TokenRequirements: Sendable {
    /// The only value of `iss`.
    public var issuer: String
    /// One of these must be among `aud`.
    public var audiences: Set<String>
    /// The algorithms of signatures that are accepted; what the token says is never enough.
    public var algorithms: Set<SignatureAlgorithm>
    /// The value of `typ`, such as `at+jwt` (RFC 9068). Without one, `typ` must be absent or `JWT`.
    public var type: String?
    /// How far the clocks of issuer and service may be apart.
    public var leeway: Duration = .seconds(60)

    /// - Throws: `TokenError` where something that protects is missing.
    public init(issuer: String, audiences: Set<String>, algorithms: Set<SignatureAlgorithm>) throws(TokenError) {
        guard !issuer.isEmpty else { throw TokenError(.claim, "an issuer must be configured") }
        guard !audiences.isEmpty, !audiences.contains("") else { throw TokenError(.claim, "an audience must be configured") }
        guard !algorithms.isEmpty else { throw TokenError(.algorithm, "algorithms must be configured") }
        // A public key that is taken for a secret is the classic confusion; one list never allows both.
        guard algorithms.allSatisfy(\.isSymmetric) || !algorithms.contains(where: \.isSymmetric) else {
            throw TokenError(.algorithm, "algorithms with a shared secret (HS256, HS384, HS512) and with public keys cannot be accepted together")
        }
        self.issuer = issuer
        self.audiences = audiences
        self.algorithms = algorithms
    }
}
