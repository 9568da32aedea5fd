import Crypto
import CryptoExtras
import Foundation

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

    /// A key with what a set of keys says of it.
    package struct Named: Sendable {
        package var id: String?
        /// The only algorithm it is for, where it says so.
        package var algorithm: String?
        /// Nil where no signature can be checked with it.
        package var key: VerificationKey?
    }

    /// Keys from PEM text (a certificate or a public key), from a JSON Web Key or a set of them; keys for algorithms that are not known are left out.
    package static func read(_ text: String) throws(BuiltinError) -> [Named] {
        if text.contains("-----BEGIN") { return [Named(key: try pem(text))] }
        let document: Value
        do throws(EvaluationError) {
            document = try Value(json: Array(text.utf8))
        } catch {
            throw .failure("failed to parse a JWK key (set): \(error.message)")
        }
        var keys: [Value] = [document]
        if case .array(let several)? = document["keys"] { keys = several }
        var result: [Named] = []
        for key in keys {
            try JSONWebKeyCheck(key: key).run()
            let id: String? = if case .string(let text)? = key["kid"] { text } else { nil }
            let algorithm: String? = if case .string(let text)? = key["alg"] { text } else { nil }
            if let algorithm, SignatureAlgorithm(rawValue: algorithm) == nil {
                guard isForEncryption(algorithm) else { throw .failure("failed to parse a JWK key (set): invalid algorithm \(algorithm.quotedForRego)") }
                continue
            }
            result.append(Named(id: id, algorithm: algorithm, key: try jsonWebKey(key)))
        }
        return result
    }

    /// Whether a name is one of the key management algorithms of RFC 7518 (4.1).
    private static func isForEncryption(_ name: String) -> Bool {
        ["RSA", "ECDH-ES", "PBES2-HS", "A128", "A192", "A256"].contains { name.hasPrefix($0) } || ["dir", "none"].contains(name)
    }

    private static func pem(_ text: String) throws(BuiltinError) -> VerificationKey {
        // Nothing but white space may follow the block.
        if let end = text.range(of: "-----END [A-Z ]+-----", options: .regularExpression), !text[end.upperBound...].allSatisfy(\.isWhitespace) {
            throw .failure(text.contains("CERTIFICATE") ? "extra data after a PEM certificate block" : "extra data after a PEM public key block")
        }
        guard let block = PEMBlock.blocks(in: text).first else { throw .failure("failed to parse a PEM certificate or key") }
        if block.type == "CERTIFICATE" {
            guard let element = DERElement(block.bytes), let certificate = ParsedCertificate(element), let key = publicKey(certificate.publicKeyInformation) else {
                throw .failure("failed to parse a PEM certificate")
            }
            return key
        }
        if let key = publicKey(block.bytes) { return key }
        throw .failure("failed to parse a PEM key")
    }

    /// The key of a SubjectPublicKeyInfo; for RSA also the bare key of PKCS #1.
    private static func publicKey(_ bytes: [UInt8]) -> VerificationKey? {
        if let rsa = try? _RSA.Signing.PublicKey(unsafeDERRepresentation: bytes) { return .rsa(rsa) }
        if let p256 = try? P256.Signing.PublicKey(derRepresentation: bytes) { return .p256(p256) }
        if let p384 = try? P384.Signing.PublicKey(derRepresentation: bytes) { return .p384(p384) }
        if let p521 = try? P521.Signing.PublicKey(derRepresentation: bytes) { return .p521(p521) }
        guard let element = DERElement(bytes), CertificateKey(element).algorithm == 4, element.children.count == 2 else { return nil }
        return (try? Curve25519.Signing.PublicKey(rawRepresentation: element.children[1].octets)).map { .ed25519($0) }
    }

    /// A key given as a JSON Web Key (RFC 7517); nil where its kind or curve is not known, and for numbers that are no RSA key.
    package static func jsonWebKey(_ key: Value) throws(BuiltinError) -> VerificationKey? {
        func part(_ name: String) throws(BuiltinError) -> Data {
            guard case .string(let text)? = key[name], let bytes = Base64.decode(Array(text.utf8), urlSafe: true) else { throw .failure("failed to parse a JWK key (set): member \(name.quotedForRego) is missing or not base64url") }
            return Data(bytes)
        }
        func valid<Key>(_ key: () throws -> Key) throws(BuiltinError) -> Key {
            do { return try key() } catch { throw .failure("failed to parse a JWK key (set): \(error)") }
        }
        guard case .string(let kind)? = key["kty"] else { throw .failure("failed to parse a JWK key (set): missing kty") }
        switch kind {
        case "RSA":
            let (modulus, exponent) = (try part("n"), try part("e"))
            return (try? _RSA.Signing.PublicKey(n: modulus, e: exponent)).map { .rsa($0) }
        case "oct": return .secret(SymmetricKey(data: try part("k")))
        case "OKP":
            guard key["crv"] == "Ed25519" else { return nil }
            let point = try part("x")
            return .ed25519(try valid { try Curve25519.Signing.PublicKey(rawRepresentation: point) })
        case "EC":
            guard case .string(let curve)? = key["crv"] else { throw .failure("failed to parse a JWK key (set): missing crv") }
            let width = ["P-256": 32, "P-384": 48, "P-521": 66][curve] ?? 0
            func padded(_ data: Data) -> Data { Data(repeating: 0, count: max(0, width - data.count)) + data }
            let point = padded(try part("x")) + padded(try part("y"))
            switch curve {
            case "P-256": return .p256(try valid { try P256.Signing.PublicKey(rawRepresentation: point) })
            case "P-384": return .p384(try valid { try P384.Signing.PublicKey(rawRepresentation: point) })
            case "P-521": return .p521(try valid { try P521.Signing.PublicKey(rawRepresentation: point) })
            default: return nil
            }
        default: return nil
        }
    }
}
