import Crypto
import Foundation
import Rego

/// A proof that the client has the key that its token is bound to: a JSON Web Token that it signs for this one request.
///
/// Source: RFC 9449 (DPoP), section 4.3, whose checks are made in its order.
struct ProofOfPossession: Sendable {
    struct Settings: Sendable {
        /// How far the time that the proof says may lie from now, in seconds.
        var window = 60.0
        var algorithms: Set<SignatureAlgorithm> = [.es256, .es384, .es512, .edDSA, .rs256, .ps256]
    }

    let settings: Settings

    /// What a right proof says.
    struct Verified: Sendable {
        /// Of the key that it was made with.
        var keyThumbprint: String
        /// What it must not be used again by.
        var identifier: SHA256Digest
        var nonce: String?
    }

    private static let identifierLimit = 256
    private static let privateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"]

    /// - Parameters:
    ///   - token: the access token that came with the proof.
    ///   - method: of the request.
    ///   - url: of the request, without query and fragment.
    ///   - now: seconds since 1970.
    func verify(_ proof: Secret, for token: Secret, method: String, url: String, now: Double) throws(TokenError) -> Verified {
        let parsed: CompactToken
        do throws(TokenError) { parsed = try CompactToken(Array(proof.reveal().utf8)) } catch { throw TokenError(.proof, error.message) }
        let thumbprint = try verifySignature(parsed)
        let claims = parsed.claims
        guard case .string(let identifier)? = claims["jti"], !identifier.isEmpty, identifier.utf8.count <= Self.identifierLimit else {
            throw TokenError(.proof, "jti must be a text of at most \(Self.identifierLimit) bytes")
        }
        guard case .string(let claimedMethod)? = claims["htm"], claimedMethod.utf8.elementsEqual(method.utf8) else { throw TokenError(.proof, "htm is not the request's method") }
        guard case .string(let claimedURL)? = claims["htu"], let wanted = RequestURL(url), RequestURL(claimedURL) == wanted else {
            throw TokenError(.proof, "htu is not the request's address")
        }
        guard case .number(let number)? = claims["iat"], case let issued = number.double, abs(now - issued) <= settings.window else {
            throw TokenError(.proof, "iat is more than \(Int(settings.window)) s away")
        }
        // A proof is for one token: without the digest it could be used with another of the same client.
        guard case .string(let digest)? = claims["ath"], digest.utf8.elementsEqual(KeyThumbprint.of(bytes: Array(token.reveal().utf8)).utf8) else {
            throw TokenError(.proof, "ath is not the digest of the token")
        }
        let nonce: String? = if case .string(let text)? = claims["nonce"] { text } else { nil }
        let mark = SHA256.hash(data: Array("\(thumbprint).\(identifier)".utf8))
        return Verified(keyThumbprint: thumbprint, identifier: mark, nonce: nonce)
    }

    /// - Returns: the thumbprint of the key that the proof holds and was signed with.
    private func verifySignature(_ proof: CompactToken) throws(TokenError) -> String {
        guard proof.header["typ"] == "dpop+jwt" else { throw TokenError(.proof, "typ must be dpop+jwt") }
        guard case .string(let name)? = proof.header["alg"], let algorithm = SignatureAlgorithm(rawValue: name), settings.algorithms.contains(algorithm) else {
            throw TokenError(.proof, "the algorithm is not one of \(settings.algorithms.map(\.rawValue).sorted().joined(separator: ", "))")
        }
        guard proof.header["crit"] == nil else { throw TokenError(.proof, "critical extensions are not understood") }
        guard let key = proof.header["jwk"], case .object = key else { throw TokenError(.proof, "jwk is missing") }
        guard !Self.privateMembers.contains(where: { key[$0] != nil }) else { throw TokenError(.proof, "jwk holds more than a public key") }
        let material: VerificationKey?
        do throws(BuiltinError) { material = try VerificationKey.jsonWebKey(key) } catch { throw TokenError(.proof, "jwk cannot be read") }
        guard let thumbprint = KeyThumbprint.of(key), let material, material.isStrong, algorithm.accepts(material) else {
            throw TokenError(.proof, "jwk is no key for the algorithm")
        }
        guard algorithm.verifies(proof.signature, of: proof.signedText, with: material) else { throw TokenError(.proof, "the signature is not right") }
        return thumbprint
    }
}

/// Where a request goes, such that two spellings of one address are equal (RFC 3986, section 6.2.2 and 6.2.3).
struct RequestURL: Hashable {
    private let scheme: String
    private let host: String
    private let port: Int
    private let path: String

    /// Nil where it is no address of a server. Query and fragment do not count.
    init?(_ text: String) {
        guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(), let host = parts.host?.lowercased(), !host.isEmpty,
            parts.user == nil, parts.password == nil, scheme == "http" || scheme == "https"
        else { return nil }
        self.scheme = scheme
        self.host = host
        port = parts.port ?? (scheme == "https" ? 443 : 80)
        // Percent-encodings are compared as written; only what clients and servers write alike is proof of anything.
        path = parts.percentEncodedPath.isEmpty ? "/" : parts.percentEncodedPath
    }
}
