import Crypto
import Foundation
import Rego

/// What keys and certificates are known by in tokens that are bound to them: SHA-256 in base64url.
public enum KeyThumbprint {
    /// The thumbprint of a public key (RFC 7638).
    ///
    /// - Parameter key: a JSON Web Key.
    /// - Returns: nil where it is no public key of a kind that proofs are made with.
    static func of(_ key: Value) -> String? {
        let members: [String]
        switch key["kty"] {
        case "EC"?: members = ["crv", "kty", "x", "y"]
        case "OKP"?: members = ["crv", "kty", "x"]
        case "RSA"?: members = ["e", "kty", "n"]
        default: return nil
        }
        var entries: [(Value, Value)] = []
        for name in members {
            guard case .string(let text)? = key[name] else { return nil }
            entries.append((.string(name), .string(text)))
        }
        // Members in order and no white space: what the RFC hashes.
        return Self.of(bytes: Value.makeObject(entries).json(escapesHTML: false))
    }

    /// The thumbprint of a certificate, as `x5t#S256` has it (RFC 8705).
    ///
    /// - Parameter bytes: the certificate in DER.
    public static func of(certificate bytes: [UInt8]) -> String { of(bytes: bytes) }

    static func of(bytes: [UInt8]) -> String { Base64.urlSafe(Data(SHA256.hash(data: bytes)), padded: false) }
}
