import Crypto
import CryptoExtras
import Foundation

/// The signature algorithms of JSON Web Algorithms (RFC 7518, RFC 8037).
public enum SignatureAlgorithm: String, CaseIterable, Sendable {
    case hs256 = "HS256", hs384 = "HS384", hs512 = "HS512"
    case rs256 = "RS256", rs384 = "RS384", rs512 = "RS512"
    case ps256 = "PS256", ps384 = "PS384", ps512 = "PS512"
    case es256 = "ES256", es384 = "ES384", es512 = "ES512"
    case edDSA = "EdDSA"

    /// Whether verifying needs the secret that signing needs.
    public var isSymmetric: Bool { rawValue.hasPrefix("HS") }

    /// Whether a signature is right. A key of another kind never is.
    package func verifies(_ signature: [UInt8], of message: [UInt8], with key: VerificationKey) -> Bool {
        switch (self, key) {
        case (.hs256, .secret(let secret)): HMAC<SHA256>.isValidAuthenticationCode(signature, authenticating: message, using: secret)
        case (.hs384, .secret(let secret)): HMAC<SHA384>.isValidAuthenticationCode(signature, authenticating: message, using: secret)
        case (.hs512, .secret(let secret)): HMAC<SHA512>.isValidAuthenticationCode(signature, authenticating: message, using: secret)
        case (.rs256, .rsa(let key)): key.isValidSignature(.init(rawRepresentation: signature), for: SHA256.hash(data: message), padding: .insecurePKCS1v1_5)
        case (.rs384, .rsa(let key)): key.isValidSignature(.init(rawRepresentation: signature), for: SHA384.hash(data: message), padding: .insecurePKCS1v1_5)
        case (.rs512, .rsa(let key)): key.isValidSignature(.init(rawRepresentation: signature), for: SHA512.hash(data: message), padding: .insecurePKCS1v1_5)
        case (.ps256, .rsa(let key)): key.isValidSignature(.init(rawRepresentation: signature), for: SHA256.hash(data: message), padding: .PSS)
        case (.ps384, .rsa(let key)): key.isValidSignature(.init(rawRepresentation: signature), for: SHA384.hash(data: message), padding: .PSS)
        case (.ps512, .rsa(let key)): key.isValidSignature(.init(rawRepresentation: signature), for: SHA512.hash(data: message), padding: .PSS)
        case (.es256, .p256(let key)): (try? P256.Signing.ECDSASignature(rawRepresentation: signature)).map { key.isValidSignature($0, for: SHA256.hash(data: message)) } ?? false
        case (.es384, .p384(let key)): (try? P384.Signing.ECDSASignature(rawRepresentation: signature)).map { key.isValidSignature($0, for: SHA384.hash(data: message)) } ?? false
        case (.es512, .p521(let key)): (try? P521.Signing.ECDSASignature(rawRepresentation: signature)).map { key.isValidSignature($0, for: SHA512.hash(data: message)) } ?? false
        case (.edDSA, .ed25519(let key)): key.isValidSignature(signature, for: message)
        default: false
        }
    }

    /// Whether a key is of the kind that the algorithm needs.
    package func accepts(_ key: VerificationKey) -> Bool {
        switch (self, key) {
        case (.hs256, .secret), (.hs384, .secret), (.hs512, .secret): true
        case (.rs256, .rsa), (.rs384, .rsa), (.rs512, .rsa), (.ps256, .rsa), (.ps384, .rsa), (.ps512, .rsa): true
        case (.es256, .p256), (.es384, .p384), (.es512, .p521), (.edDSA, .ed25519): true
        default: false
        }
    }

    /// Signs a message with a key given as a JSON Web Key.
    func sign(_ message: [UInt8], with key: Value) throws(BuiltinError) -> [UInt8] {
        func part(_ name: String) throws(BuiltinError) -> Data {
            guard case .string(let text)? = key[name], let bytes = Base64.decode(Array(text.utf8), urlSafe: true) else { throw .failure("invalid key: member \(name.quotedForRego) is missing or not base64url") }
            return Data(bytes)
        }
        do {
            switch self {
            case .hs256: return Array(HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: try part("k"))))
            case .hs384: return Array(HMAC<SHA384>.authenticationCode(for: message, using: SymmetricKey(data: try part("k"))))
            case .hs512: return Array(HMAC<SHA512>.authenticationCode(for: message, using: SymmetricKey(data: try part("k"))))
            case .es256: return Array(try P256.Signing.PrivateKey(rawRepresentation: try part("d")).signature(for: SHA256.hash(data: message)).rawRepresentation)
            case .es384: return Array(try P384.Signing.PrivateKey(rawRepresentation: try part("d")).signature(for: SHA384.hash(data: message)).rawRepresentation)
            case .es512:
                let scalar = try part("d")
                let padded = Data(repeating: 0, count: max(0, 66 - scalar.count)) + scalar
                return Array(try P521.Signing.PrivateKey(rawRepresentation: padded).signature(for: SHA512.hash(data: message)).rawRepresentation)
            case .edDSA: return Array(try Curve25519.Signing.PrivateKey(rawRepresentation: try part("d")).signature(for: message))
            case .rs256, .rs384, .rs512, .ps256, .ps384, .ps512:
                let rsa = try _RSA.Signing.PrivateKey(n: try part("n"), e: try part("e"), d: try part("d"), p: try part("p"), q: try part("q"))
                let padding: _RSA.Signing.Padding = rawValue.hasPrefix("PS") ? .PSS : .insecurePKCS1v1_5
                switch self {
                case .rs256, .ps256: return Array(try rsa.signature(for: SHA256.hash(data: message), padding: padding).rawRepresentation)
                case .rs384, .ps384: return Array(try rsa.signature(for: SHA384.hash(data: message), padding: padding).rawRepresentation)
                default: return Array(try rsa.signature(for: SHA512.hash(data: message), padding: padding).rawRepresentation)
                }
            }
        } catch let error as BuiltinError {
            throw error
        } catch {
            throw .failure("invalid key: \(error)")
        }
    }
}
