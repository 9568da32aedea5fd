import Crypto
import Foundation
import Rego

/// Signs what the service says about who asks it: JSON Web Tokens for one audience that live shortly, with the chain of those who act for the subject.
///
/// Source: RFC 8693, section 4.1 (`act`); RFC 7519.
public struct IdentitySigner: Sendable {
    private let key: P256.Signing.PrivateKey
    private let identifier: String
    private let issuer: String
    /// What the service calls itself in `act`.
    private let name: String
    private let lifetime: Double
    /// How many may act for a subject one after the other; more are a circle.
    public static let chainLimit = 8

    /// - Parameters:
    ///   - key: a private key of P-256 in PEM; nil for one that is made now and ends with the process.
    ///   - lifetime: of each token.
    /// - Throws: `PropagationError` where the key cannot be read.
    public init(issuer: String, name: String, key: Secret?, lifetime: Duration = .seconds(60)) throws(PropagationError) {
        if let key {
            guard let read = try? P256.Signing.PrivateKey(pemRepresentation: key.reveal()) else { throw PropagationError(.token, "the key of internal identities must be a private key of P-256 in PEM") }
            self.key = read
        } else {
            self.key = P256.Signing.PrivateKey()
        }
        self.issuer = issuer
        self.name = name
        self.lifetime = lifetime / .seconds(1)
        identifier = KeyThumbprint.of(Self.document(self.key.publicKey)) ?? ""
    }

    /// The key that receivers verify with, as a JSON Web Key Set.
    public var keySet: Value {
        guard case .object(let entries) = Self.document(key.publicKey) else { return ["keys": []] }
        let own: [(Value, Value)] = [("kid", .string(identifier)), ("use", "sig"), ("alg", "ES256")]
        let members = entries.map { ($0.key, $0.value) } + own
        return ["keys": [.makeObject(members)]]
    }

    /// A token about a caller.
    ///
    /// - Parameters:
    ///   - scopes: those of the caller's scopes that may be passed on; nil for all.
    ///   - now: seconds since 1970.
    func token(about caller: CallerToken, audience: String, scopes: TokenScopes?, now: Double) throws(PropagationError) -> Secret {
        guard now < caller.expiry else { throw PropagationError(.token, "the caller's token has expired") }
        let actors = try chain(caller.claims)
        var claims: [(Value, Value)] = [
            ("iss", .string(issuer)), ("aud", .string(audience)), ("iat", .number(Number(Int(now)))),
            ("exp", .number(Number(Int(min(now + lifetime, caller.expiry))))), ("jti", .string(UUID().uuidString.lowercased())), ("act", actors),
        ]
        if let subject = caller.claims["sub"] { claims.append(("sub", subject)) }
        if let own = TokenScopes(claims: caller.claims) { claims.append(("scope", .string(try Self.narrowed(own, to: scopes).text))) }
        return sign(.makeObject(claims))
    }

    /// A token about the service itself, that issuers know it by as the actor of an exchange.
    func ownToken(audience: String, now: Double) -> Secret {
        sign([
            "iss": .string(issuer), "sub": .string(name), "aud": .string(audience), "iat": .number(Number(Int(now))),
            "exp": .number(Number(Int(now + lifetime))), "jti": .string(UUID().uuidString.lowercased()),
        ])
    }

    static func narrowed(_ own: TokenScopes, to scopes: TokenScopes?) throws(PropagationError) -> TokenScopes {
        let narrowed = own.narrowed(to: scopes)
        guard !narrowed.isEmpty || own.isEmpty || scopes?.isEmpty == true else { throw PropagationError(.scopes, "the caller has none of the scopes that may be passed on") }
        return narrowed
    }

    /// The service, acting for whoever acted before.
    private func chain(_ claims: Value) throws(PropagationError) -> Value {
        var depth = 1, inner = claims["act"]
        while let actor = inner {
            depth += 1
            guard case .object = actor, depth <= Self.chainLimit else { throw PropagationError(.token, "more than \(Self.chainLimit) act for the subject one after the other") }
            inner = actor["act"]
        }
        var members: [(Value, Value)] = [("sub", .string(name)), ("iss", .string(issuer))]
        if let before = claims["act"] { members.append(("act", before)) }
        return .makeObject(members)
    }

    private func sign(_ claims: Value) -> Secret {
        let header: Value = ["alg": "ES256", "kid": .string(identifier), "typ": "JWT"]
        let parts = [header, claims].map { part in Base64.urlSafe(Data(part.json(escapesHTML: false)), padded: false) }
        let text = parts.joined(separator: ".")
        // Signing fails only where there is no key.
        guard let signature = try? key.signature(for: Data(text.utf8)) else { return Secret("") }
        return Secret("\(text).\(Base64.urlSafe(signature.rawRepresentation, padded: false))")
    }

    private static func document(_ key: P256.Signing.PublicKey) -> Value {
        let point = key.rawRepresentation
        return [
            "kty": "EC", "crv": "P-256", "x": .string(Base64.urlSafe(Data(point.prefix(32)), padded: false)),
            "y": .string(Base64.urlSafe(Data(point.suffix(32)), padded: false)),
        ]
    }
}
