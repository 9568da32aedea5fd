import Crypto
import CryptoExtras
import Foundation
import SwiftASN1
import X509

/// A key that a signature is checked with.
package enum VerificationKey: Sendable {
    case secret(SymmetricKey)
    case rsa(_RSA.Signing.PublicKey)
    case p256(P256.Signing.PublicKey)
    case p384(P384.Signing.PublicKey)
    case p521(P521.Signing.PublicKey)
    case ed25519(Curve25519.Signing.PublicKey)

    /// Whether the key is long enough for what RFC 7518 asks: RSA of 2048 bits, a secret of 32 bytes.
    package var isStrong: Bool {
        switch self {
        case .secret(let secret): secret.bitCount >= 256
        case .rsa(let key): key.keySizeInBits >= 2048
        case .p256, .p384, .p521, .ed25519: true
        }
    }

    /// Keys from PEM text (a certificate or a public key), from a JSON Web Key or a set of them.
    package static func read(_ text: String) throws(BuiltinError) -> [(id: String?, key: VerificationKey)] {
        if text.contains("-----BEGIN") { return [(nil, try pem(text))] }
        let document: Value
        do throws(EvaluationError) {
            document = try Value(json: Array(text.utf8))
        } catch {
            throw .failure("failed to parse a JWK key (set): \(error.message)")
        }
        var keys: [Value] = [document]
        if case .array(let several)? = document["keys"] { keys = several }
        var result: [(id: String?, key: VerificationKey)] = []
        for key in keys {
            let id: String? = if case .string(let text)? = key["kid"] { text } else { nil }
            if let read = try jsonWebKey(key) { result.append((id, read)) }
        }
        return result
    }

    private static func pem(_ text: String) throws(BuiltinError) -> VerificationKey {
        // Nothing but white space may follow the block.
        if let end = text.range(of: "-----END [A-Z ]+-----", options: .regularExpression), !text[end.upperBound...].allSatisfy(\.isWhitespace) {
            throw .failure(text.contains("CERTIFICATE") ? "extra data after a PEM certificate block" : "extra data after a PEM public key block")
        }
        if text.contains("BEGIN CERTIFICATE") {
            guard let certificate = try? Certificate(pemEncoded: text) else { throw .failure("failed to parse a PEM certificate") }
            let key = certificate.publicKey
            if let rsa = _RSA.Signing.PublicKey(key) { return .rsa(rsa) }
            if let p256 = P256.Signing.PublicKey(key) { return .p256(p256) }
            if let p384 = P384.Signing.PublicKey(key) { return .p384(p384) }
            if let p521 = P521.Signing.PublicKey(key) { return .p521(p521) }
            if let ed25519 = Curve25519.Signing.PublicKey(key) { return .ed25519(ed25519) }
            throw .failure("failed to parse a PEM certificate")
        }
        if let rsa = try? _RSA.Signing.PublicKey(unsafePEMRepresentation: text) { return .rsa(rsa) }
        if let p256 = try? P256.Signing.PublicKey(pemRepresentation: text) { return .p256(p256) }
        if let p384 = try? P384.Signing.PublicKey(pemRepresentation: text) { return .p384(p384) }
        if let p521 = try? P521.Signing.PublicKey(pemRepresentation: text) { return .p521(p521) }
        if let key = try? Certificate.PublicKey(pemEncoded: text), let ed25519 = Curve25519.Signing.PublicKey(key) { return .ed25519(ed25519) }
        throw .failure("failed to parse a PEM key")
    }

    /// A key given as a JSON Web Key (RFC 7517); nil where its kind or curve is not known.
    package static func jsonWebKey(_ key: Value) throws(BuiltinError) -> VerificationKey? {
        func part(_ name: String) throws(BuiltinError) -> Data {
            guard case .string(let text)? = key[name], let bytes = Base64.decode(Array(text.utf8), urlSafe: true) else { throw .failure("failed to parse a JWK key (set): member \(name.quotedForRego) is missing or not base64url") }
            return Data(bytes)
        }
        guard case .string(let kind)? = key["kty"] else { throw .failure("failed to parse a JWK key (set): missing kty") }
        do {
            switch kind {
            case "RSA": return .rsa(try _RSA.Signing.PublicKey(n: try part("n"), e: try part("e")))
            case "oct": return .secret(SymmetricKey(data: try part("k")))
            case "OKP": return .ed25519(try Curve25519.Signing.PublicKey(rawRepresentation: try part("x")))
            case "EC":
                guard case .string(let curve)? = key["crv"] else { throw BuiltinError.failure("failed to parse a JWK key (set): missing crv") }
                let width = ["P-256": 32, "P-384": 48, "P-521": 66][curve] ?? 0
                func padded(_ data: Data) -> Data { Data(repeating: 0, count: max(0, width - data.count)) + data }
                let point = padded(try part("x")) + padded(try part("y"))
                switch curve {
                case "P-256": return .p256(try P256.Signing.PublicKey(rawRepresentation: point))
                case "P-384": return .p384(try P384.Signing.PublicKey(rawRepresentation: point))
                case "P-521": return .p521(try P521.Signing.PublicKey(rawRepresentation: point))
                default: return nil
                }
            default: return nil
            }
        } catch let error as BuiltinError {
            throw error
        } catch {
            throw .failure("failed to parse a JWK key (set): \(error)")
        }
    }
}
