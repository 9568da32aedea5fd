import Rego

/// Verifies JSON Web Tokens as RFC 8725 recommends.
///
/// Keys come from configuration only. What a token brings along or points to (`jwk`, `jku`, `x5c`, `x5u`) is refused, as is every extension.
public struct TokenVerifier: Sendable {
    public let requirements: TokenRequirements

    public init(_ requirements: TokenRequirements) { self.requirements = requirements }

    /// Header parameters that ask for something this verifier does not do.
    private static let refusedParameters = [
        ("crit", "critical extensions are not understood"), ("b64", "unencoded payloads are not accepted"), ("zip", "compressed tokens are not accepted"),
        ("enc", "encrypted tokens are not accepted"), ("jwk", "keys in the token are not trusted"), ("jku", "addresses of keys in the token are not trusted"),
        ("x5c", "certificates in the token are not trusted"), ("x5u", "addresses of certificates in the token are not trusted"),
        ("cty", "nested tokens are not accepted"),
    ]

    /// Verifies a token and gives its claims.
    ///
    /// - Parameter now: seconds since 1970.
    /// - Throws: `TokenError` with the first reason against it.
    public func verify(_ text: [UInt8], with keys: KeySet, now: Double) throws(TokenError) -> VerifiedToken {
        let token = try CompactToken(text)
        let algorithm = try algorithm(of: token.header)
        try checkType(token.header)
        let candidates = try keys.candidates(for: algorithm, identifier: try Self.optionalText(token.header, "kid", limit: 256))
        guard candidates.contains(where: { algorithm.verifies(token.signature, of: token.signedText, with: $0) }) else {
            throw TokenError(.signature, "the signature is not right")
        }
        let expiry = try ClaimChecks(requirements).check(token.claims, now: now)
        return VerifiedToken(claims: token.claims, expiry: expiry)
    }

    private func algorithm(of header: Value) throws(TokenError) -> SignatureAlgorithm {
        guard case .string(let name)? = header["alg"] else { throw TokenError(.algorithm, "the header names no algorithm") }
        guard let algorithm = SignatureAlgorithm(rawValue: name), requirements.algorithms.contains(algorithm) else {
            throw TokenError(.algorithm, "the algorithm is not one of \(requirements.algorithms.map(\.rawValue).sorted().joined(separator: ", "))")
        }
        for (name, reason) in Self.refusedParameters where header[name] != nil {
            throw TokenError(.header, "header parameter \(name): \(reason)")
        }
        return algorithm
    }

    private func checkType(_ header: Value) throws(TokenError) {
        var type = try Self.optionalText(header, "typ", limit: 64)?.lowercased()
        // RFC 7515 section 4.1.9: a type without a slash stands for one below application.
        if let full = type, full.hasPrefix("application/") { type = String(full.dropFirst("application/".count)) }
        let isAccepted = if let required = requirements.type { type == required.lowercased() } else { type == nil || type == "jwt" }
        guard isAccepted else { throw TokenError(.header, "the header's typ must be \(requirements.type ?? "JWT")") }
    }

    private static func optionalText(_ header: Value, _ name: String, limit: Int) throws(TokenError) -> String? {
        switch header[name] {
        case nil: return nil
        case .string(let text)? where text.utf8.count <= limit: return text
        default: throw TokenError(.header, "header parameter \(name) must be a string of at most \(limit) bytes")
        }
    }
}

/// What a verified token says.
public struct VerifiedToken: Sendable {
    public var claims: Value
    /// Seconds since 1970 after which it is not accepted any more, leeway included.
    public var expiry: Double
}
