import Crypto
import Foundation
import Rego
import Support
import Synchronization
import TokenSecurity

/// Stands in for an issuer of tokens: gives its keys, and exchanges tokens (RFC 8693) for those that it knows.
///
/// Its key is kept in the base's folder, so that it is the same issuer after a restart, and so that callers can be given tokens without a login.
struct IssuerStandIn: Sendable {
    let tokens: TestIssuer
    private let secrets: [String: String]
    /// Made once: members of JSON objects come in another order each time.
    private let keySet: String

    /// Who may ask for tokens, and for whom they may be: the next service alone.
    private static let audiences = ["gateway": "orders", "orders": "payments", "payments": "audit"]
    private static let lifetime = 600

    init(in folder: BaseFolder) throws {
        let key = try folder.kept("secrets/issuer.pem") { P256.Signing.PrivateKey().pemRepresentation }
        tokens = TestIssuer(ServiceFrame.issuerName, key: try P256.Signing.PrivateKey(pemRepresentation: key))
        keySet = try tokens.keySet
        secrets = try Dictionary(uniqueKeysWithValues: Self.audiences.keys.map { ($0, try folder.secret(of: $0)) })
    }

    func answer(_ request: LoopbackServer.Request) throws -> LoopbackServer.Answer {
        switch (request.method, request.target) {
        case ("GET", "/keys"): .text(keySet, headers: [("Content-Type", "application/json")])
        case ("POST", "/token"): try exchange(request)
        default: .text("", status: 404)
        }
    }

    private func exchange(_ request: LoopbackServer.Request) throws -> LoopbackServer.Answer {
        let form = Self.form(request.text)
        guard let actor = actor(request) else { return Self.refusal("invalid_client", status: 401) }
        guard let audience = form["audience"], Self.audiences[actor] == audience else { return Self.refusal("invalid_target") }
        guard let text = form["subject_token"], let subject = try? verified(text, for: actor) else { return Self.refusal("invalid_request") }
        let own = TokenScopes(claims: subject) ?? TokenScopes([]), wanted = TokenScopes(text: form["scope"] ?? "")
        guard wanted.isWithin(own) else { return Self.refusal("invalid_scope") }
        // Who acts for whom, the last one first (RFC 8693, section 4.1).
        var act: [String: JSON] = ["sub": .string(actor)]
        if let before = subject["act"] { act["act"] = try JSONDecoder().decode(JSON.self, from: Data(before.json())) }
        guard case .string(let name)? = subject["sub"] else { return Self.refusal("invalid_request") }
        let now = Date().timeIntervalSince1970.rounded()
        let token = try tokens.token([
            "aud": .string(audience), "sub": .string(name), "scope": .string(wanted.text), "act": .object(act), "exp": .number(now + Double(Self.lifetime)),
        ])
        let answer: JSON = .object([
            "access_token": .string(token), "issued_token_type": "urn:ietf:params:oauth:token-type:access_token", "token_type": "Bearer",
            "expires_in": .number(Double(Self.lifetime)), "scope": .string(wanted.text),
        ])
        return .response(status: 200, headers: [("Content-Type", "application/json")], body: Array(try JSONEncoder().encode(answer)))
    }

    /// The service that shows its secret (RFC 6749, section 2.3.1).
    private func actor(_ request: LoopbackServer.Request) -> String? {
        let parts = request.header("Authorization")?.split(separator: " ") ?? []
        guard parts.count == 2, parts[0] == "Basic", let data = Data(base64Encoded: String(parts[1])) else { return nil }
        let credentials = String(decoding: data, as: UTF8.self).split(separator: ":", maxSplits: 1).map(String.init)
        guard credentials.count == 2, secrets[credentials[0]] == credentials[1] else { return nil }
        return credentials[0]
    }

    private func verified(_ token: String, for audience: String) throws -> Value {
        var requirements = try TokenRequirements(issuer: ServiceFrame.issuerName, audiences: [audience], algorithms: [.es256])
        requirements.leeway = ServiceFrame.leeway
        return try TokenVerifier(requirements).verify(Array(token.utf8), with: try KeySet(keySet), now: Date().timeIntervalSince1970).claims
    }

    private static func form(_ text: String) -> [String: String] {
        let pairs = text.split(separator: "&").map { $0.split(separator: "=", maxSplits: 1).map { String($0).removingPercentEncoding ?? "" } }
        return Dictionary(pairs.filter { $0.count == 2 }.map { ($0[0], $0[1]) }) { _, last in last }
    }

    private static func refusal(_ code: String, status: Int = 400) -> LoopbackServer.Answer {
        .text("{\"error\":\"\(code)\"}", status: status, headers: [("Content-Type", "application/json")])
    }
}
