import Rego

/// The registered claims of RFC 7519 section 4.1, all checked by type before they are compared.
struct ClaimChecks {
    private let requirements: TokenRequirements
    private let leeway: Double
    /// The largest number of seconds that is exact in a double.
    private static let largest = 9_007_199_254_740_992.0

    init(_ requirements: TokenRequirements) {
        self.requirements = requirements
        leeway = requirements.leeway / .seconds(1)
    }

    /// - Parameter now: seconds since 1970.
    /// - Returns: when the token ends, leeway included.
    func check(_ claims: Value, now: Double) throws(TokenError) -> Double {
        // Texts are compared by their bytes: Swift's `==` takes different spellings of a character for one.
        guard case .string(let issuer)? = claims["iss"], issuer.utf8.elementsEqual(requirements.issuer.utf8) else { throw TokenError(.claim, "iss must be \(requirements.issuer)") }
        try checkAudience(claims["aud"])
        for name in ["sub", "jti"] {
            switch claims[name] {
            case nil, .string: break
            default: throw TokenError(.claim, "\(name) must be a string")
            }
        }
        guard let expiry = try time(claims, "exp") else { throw TokenError(.claim, "exp is missing") }
        guard now < expiry + leeway else { throw TokenError(.expired, "the token has expired") }
        if let start = try time(claims, "nbf"), now < start - leeway { throw TokenError(.early, "the token is not valid yet (nbf)") }
        if let issued = try time(claims, "iat"), now < issued - leeway { throw TokenError(.early, "the token was issued in the future (iat)") }
        return expiry + leeway
    }

    /// The claims that an issuer gave when it was asked (RFC 7662, section 2.2), where `iss` and `exp` may be missing, but `aud` may not here.
    ///
    /// - Returns: when the token ends, leeway included; infinity where the issuer does not say.
    func checkAnswer(_ claims: Value, now: Double) throws(TokenError) -> Double {
        if let issuer = claims["iss"] {
            guard case .string(let text) = issuer, text.utf8.elementsEqual(requirements.issuer.utf8) else { throw TokenError(.claim, "iss must be \(requirements.issuer)") }
        }
        try checkAudience(claims["aud"])
        if let start = try time(claims, "nbf"), now < start - leeway { throw TokenError(.early, "the token is not valid yet (nbf)") }
        guard let expiry = try time(claims, "exp") else { return .infinity }
        guard now < expiry + leeway else { throw TokenError(.expired, "the token has expired") }
        return expiry + leeway
    }

    private func checkAudience(_ claim: Value?) throws(TokenError) {
        let audiences: [Value]
        switch claim {
        case .string: audiences = [claim ?? .null]
        case .array(let elements): audiences = elements
        default: throw TokenError(.claim, "aud must be a string or an array of strings")
        }
        var isMeant = false
        for audience in audiences {
            guard case .string(let text) = audience else { throw TokenError(.claim, "aud must be a string or an array of strings") }
            if requirements.audiences.contains(where: { $0.utf8.elementsEqual(text.utf8) }) { isMeant = true }
        }
        guard isMeant else { throw TokenError(.claim, "aud does not name this service") }
    }

    private func time(_ claims: Value, _ name: String) throws(TokenError) -> Double? {
        guard let claim = claims[name] else { return nil }
        guard case .number(let number) = claim, case let seconds = number.double, seconds >= 0, seconds <= Self.largest else {
            throw TokenError(.claim, "\(name) must be a number of seconds since 1970")
        }
        return seconds
    }
}
