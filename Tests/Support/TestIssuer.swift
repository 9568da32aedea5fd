import Crypto
import Foundation

/// Issues JSON Web Tokens for tests, signed with ES256.
package struct TestIssuer: Sendable {
    package let name: String
    package var keyIdentifier: String
    package var key: P256.Signing.PrivateKey

    package init(_ name: String = "https://issuer.example", keyIdentifier: String = "a", key: P256.Signing.PrivateKey = .init()) {
        self.name = name
        self.keyIdentifier = keyIdentifier
        self.key = key
    }

    package static func base64(_ data: some DataProtocol) -> String {
        Data(data).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    /// The public key as a JSON Web Key.
    package static func document(_ key: P256.Signing.PublicKey) -> [String: JSON] {
        let point = key.rawRepresentation
        return ["kty": "EC", "crv": "P-256", "x": .string(base64(point.prefix(32))), "y": .string(base64(point.suffix(32)))]
    }

    /// A set of the public keys of issuers.
    package static func keySet(_ issuers: [TestIssuer]) throws -> String {
        let keys = issuers.map { issuer in JSON.object(document(issuer.key.publicKey).merging(["kid": .string(issuer.keyIdentifier)]) { _, new in new }) }
        return String(decoding: try JSONEncoder().encode(JSON.object(["keys": .array(keys)])), as: UTF8.self)
    }

    package var keySet: String { get throws { try Self.keySet([self]) } }

    /// A token for `verdict` about `ada` that ends in ten minutes, with other claims where they are given; null leaves one out.
    package func token(_ claims: [String: JSON] = [:], header: [String: JSON] = [:], now: Double = Date().timeIntervalSince1970) throws -> String {
        let usual: [String: JSON] = [
            "iss": .string(name), "aud": "verdict", "sub": "ada", "iat": .number(now.rounded()), "exp": .number(now.rounded() + 600), "jti": .string(UUID().uuidString),
        ]
        return try Self.sign(["alg": "ES256", "kid": .string(keyIdentifier)].merging(header) { _, new in new }, usual.merging(claims) { _, new in new }, with: key)
    }

    package static func sign(_ header: [String: JSON], _ claims: [String: JSON], with key: P256.Signing.PrivateKey) throws -> String {
        let parts = try [header, claims].map { base64(try JSONEncoder().encode(JSON.object($0.filter { $0.value != .null }))) }
        let text = parts.joined(separator: ".")
        return "\(text).\(base64(try key.signature(for: Data(text.utf8)).rawRepresentation))"
    }
}

/// A client that proves that it has the key that its tokens are bound to (RFC 9449).
package struct TestHolder: Sendable {
    package let key = P256.Signing.PrivateKey()

    package init() {}

    package var thumbprint: String {
        let key = TestIssuer.document(key.publicKey)
        guard case .string(let x)? = key["x"], case .string(let y)? = key["y"] else { return "" }
        return TestIssuer.base64(SHA256.hash(data: Data("{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"\(x)\",\"y\":\"\(y)\"}".utf8)).map { $0 })
    }

    /// A proof for a request; null leaves a member out.
    package func proof(
        _ method: String, _ url: String, token: String, claims: [String: JSON] = [:], header: [String: JSON] = [:], now: Double = Date().timeIntervalSince1970
    ) throws -> String {
        let usual: [String: JSON] = [
            "htm": .string(method), "htu": .string(url), "iat": .number(now.rounded()), "jti": .string(UUID().uuidString),
            "ath": .string(TestIssuer.base64(SHA256.hash(data: Data(token.utf8)).map { $0 })),
        ]
        let head: [String: JSON] = ["alg": "ES256", "typ": "dpop+jwt", "jwk": .object(TestIssuer.document(key.publicKey))]
        return try TestIssuer.sign(head.merging(header) { _, new in new }, usual.merging(claims) { _, new in new }, with: key)
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral, ExpressibleByBooleanLiteral {
    package init(stringLiteral text: String) { self = .string(text) }
    package init(integerLiteral number: Int) { self = .number(Double(number)) }
    package init(arrayLiteral elements: JSON...) { self = .array(elements) }
    package init(booleanLiteral flag: Bool) { self = .boolean(flag) }
}
