import Rego

/// What a token says about who may use it: the claim `cnf` (RFC 7800).
struct Confirmation: Sendable, Hashable {
    /// Of the certificate that its bearer shows in TLS (RFC 8705).
    var certificateThumbprint: String?
    /// Of the key that its bearer signs proofs with (RFC 9449).
    var keyThumbprint: String?

    private static let members = ["x5t#S256", "jkt"]

    /// Nil where anybody may use the token that has it.
    ///
    /// - Throws: `TokenError` for a binding that is not understood: whoever ignores one makes a bearer token of it.
    init?(claims: Value) throws(TokenError) {
        guard let claim = claims["cnf"] else { return nil }
        guard case .object(let entries) = claim, !entries.isEmpty else { throw TokenError(.claim, "cnf must be an object with x5t#S256 or jkt") }
        for entry in entries {
            guard case .string(let name) = entry.key, Self.members.contains(name), case .string = entry.value else {
                throw TokenError(.binding, "cnf has a member that is not understood; x5t#S256 and jkt are")
            }
        }
        if case .string(let text)? = claim["x5t#S256"] { certificateThumbprint = text }
        if case .string(let text)? = claim["jkt"] { keyThumbprint = text }
    }
}
