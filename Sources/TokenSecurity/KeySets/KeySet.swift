import Rego

/// The keys that tokens of one issuer are verified with.
///
/// Source: RFC 7517 (JSON Web Key), RFC 7518 section 6.
public struct KeySet: Sendable {
    private struct Key: Sendable {
        var identifier: String?
        /// The only algorithm that the key is for, where it says so.
        var algorithm: String?
        var material: VerificationKey
    }

    private let keys: [Key]
    /// A set may have so many keys, and so many bytes.
    private static let keyLimit = 100
    public static let sizeLimit = 1024 * 1024

    /// Reads a JSON Web Key Set, one JSON Web Key, or a public key or certificate in PEM.
    ///
    /// Keys of a set that cannot be read, those for encryption, and weak ones are left out.
    /// - Throws: `TokenError` where no key is left.
    public init(_ text: String) throws(TokenError) {
        guard text.utf8.count <= Self.sizeLimit else { throw TokenError(.key, "a key set may have \(Self.sizeLimit) bytes") }
        let keys: [Key]
        if text.contains("-----BEGIN") {
            guard !text.contains("PRIVATE KEY") else { throw TokenError(.key, "this is a private key; tokens are verified with the public one") }
            do throws(BuiltinError) { keys = try VerificationKey.read(text).compactMap { $0.key.map { Key(material: $0) } } } catch { throw TokenError(.key, error.message) }
        } else {
            keys = try Self.read(text)
        }
        self.keys = keys.filter(\.material.isStrong)
        guard !self.keys.isEmpty else {
            throw TokenError(.key, "the key set has no key that signatures can be verified with; RSA keys need 2048 bits, shared secrets 32 bytes")
        }
    }

    private static func read(_ text: String) throws(TokenError) -> [Key] {
        guard let document = try? Value(json: Array(text.utf8)), case .object = document else { throw TokenError(.key, "the key set is neither PEM nor a JSON object") }
        var candidates = [document]
        if let several = document["keys"] {
            guard case .array(let elements) = several else { throw TokenError(.key, "keys must be an array") }
            candidates = elements
        }
        guard candidates.count <= keyLimit else { throw TokenError(.key, "a key set may have \(keyLimit) keys") }
        var keys: [Key] = []
        for candidate in candidates where isForSignatures(candidate) {
            let material: VerificationKey?
            do throws(BuiltinError) {
                material = try VerificationKey.jsonWebKey(candidate)
            } catch {
                // RFC 7517 section 5: of a set, keys that cannot be read are ignored.
                guard candidates.count > 1 else { throw TokenError(.key, error.message) }
                continue
            }
            guard let material else { continue }
            let identifier: String? = if case .string(let text)? = candidate["kid"] { text } else { nil }
            let algorithm: String? = if case .string(let text)? = candidate["alg"] { text } else { nil }
            keys.append(Key(identifier: identifier, algorithm: algorithm, material: material))
        }
        return keys
    }

    private static func isForSignatures(_ key: Value) -> Bool {
        if let use = key["use"], use != "sig" { return false }
        if case .array(let operations)? = key["key_ops"], !operations.contains("verify") { return false }
        return true
    }

    /// The keys that a token may have been signed with: those of the algorithm's kind and, where the token names one, of that name.
    ///
    /// - Throws: `TokenError` where there is none.
    func candidates(for algorithm: SignatureAlgorithm, identifier: String?) throws(TokenError) -> [VerificationKey] {
        let candidates = keys.filter { key in
            // A key without a name may stand for any; PEM has no names.
            if let identifier, let name = key.identifier, !name.utf8.elementsEqual(identifier.utf8) { return false }
            if let only = key.algorithm, only != algorithm.rawValue { return false }
            return algorithm.accepts(key.material)
        }
        guard !candidates.isEmpty else { throw TokenError(.key, "no key fits the token's kid and alg") }
        return candidates.map(\.material)
    }
}
