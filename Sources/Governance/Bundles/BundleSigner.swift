import Archives
import Crypto
import CryptoExtras
import Foundation
import Rego

/// Makes a bundle's `.signatures.json`.
public struct BundleSigner: Sendable {
    public var algorithm: KeySettings.Algorithm
    /// A secret, or a private key in PEM.
    public var key: String
    /// The `kid` of the token; empty for none.
    public var keyID: String
    /// More claims of the token, such as `scope`.
    public var claims: Value

    public init(algorithm: KeySettings.Algorithm, key: String, keyID: String = "", claims: Value = .object([])) {
        self.algorithm = algorithm
        self.key = key
        self.keyID = keyID
        self.claims = claims
    }

    /// The text of `.signatures.json` for a bundle's files.
    public func signatures(for entries: [ArchiveEntry]) throws(BundleError) -> [UInt8] {
        let token = try token(for: entries)
        return Array("{\n \"signatures\": [\n  \"\(token)\"\n ]\n}".utf8)
    }

    private func token(for entries: [ArchiveEntry]) throws(BundleError) -> String {
        var files: [Value] = []
        for entry in entries where entry.path != ".signatures.json" {
            let digest = try FileDigest.compute(entry.path, entry.bytes, algorithm: "SHA-256")
            files.append(["name": .string(entry.path), "hash": .string(digest), "algorithm": "SHA-256"])
        }
        var payload: Value = ["files": .array(files)]
        // OPA's older versions look for the key's name among the claims.
        if !keyID.isEmpty, claims == .object([]) { payload = payload.setting("keyid", .string(keyID)) }
        if case .object(let entries) = claims {
            for entry in entries { payload = payload.setting(entry.key.text, entry.value) }
        }
        var header: Value = ["alg": .string(algorithm.rawValue)]
        if !keyID.isEmpty { header = header.setting("kid", .string(keyID)) }
        let message = "\(Self.encoded(header.json(escapesHTML: false))).\(Self.encoded(payload.json(escapesHTML: false)))"
        do {
            return "\(message).\(Self.encoded(try signature(of: Data(message.utf8))))"
        } catch {
            throw BundleError(.signature, "the signing key cannot sign with \(algorithm.rawValue): \(error)")
        }
    }

    private func signature(of message: Data) throws -> [UInt8] {
        switch algorithm {
        case .hs256: Array(HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: Data(key.utf8))))
        case .hs384: Array(HMAC<SHA384>.authenticationCode(for: message, using: SymmetricKey(data: Data(key.utf8))))
        case .hs512: Array(HMAC<SHA512>.authenticationCode(for: message, using: SymmetricKey(data: Data(key.utf8))))
        case .es256: Array(try P256.Signing.PrivateKey(pemRepresentation: key).signature(for: SHA256.hash(data: message)).rawRepresentation)
        case .es384: Array(try P384.Signing.PrivateKey(pemRepresentation: key).signature(for: SHA384.hash(data: message)).rawRepresentation)
        case .es512: Array(try P521.Signing.PrivateKey(pemRepresentation: key).signature(for: SHA512.hash(data: message)).rawRepresentation)
        case .rs256: try rsa(SHA256.hash(data: message), .insecurePKCS1v1_5)
        case .rs384: try rsa(SHA384.hash(data: message), .insecurePKCS1v1_5)
        case .rs512: try rsa(SHA512.hash(data: message), .insecurePKCS1v1_5)
        case .ps256: try rsa(SHA256.hash(data: message), .PSS)
        case .ps384: try rsa(SHA384.hash(data: message), .PSS)
        case .ps512: try rsa(SHA512.hash(data: message), .PSS)
        }
    }

    private func rsa(_ digest: some Digest, _ padding: _RSA.Signing.Padding) throws -> [UInt8] {
        Array(try _RSA.Signing.PrivateKey(pemRepresentation: key).signature(for: digest, padding: padding).rawRepresentation)
    }

    /// Base64url without padding (RFC 7515, section 2).
    private static func encoded(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
