import Archives
import Rego

/// Verifies a bundle's `.signatures.json`: one signed token that lists every file with its digest.
///
/// A bundle without signatures is taken where no key is named, as OPA does; name one (`keyid`) where all bundles must be signed.
public struct BundleVerification: Sendable {
    public var keys: [String: KeySettings]
    public var settings: SigningSettings

    public init(keys: [String: KeySettings], settings: SigningSettings = .init()) {
        self.keys = keys
        self.settings = settings
    }

    func verify(_ entries: [ArchiveEntry], signatures: Value?) throws(BundleError) {
        guard let signatures else {
            guard settings.keyID.isEmpty else { throw BundleError(.signature, "bundle missing .signatures.json file") }
            return
        }
        guard !keys.isEmpty else { throw BundleError(.signature, "verification key not provided") }
        var expected = try files(of: try token(signatures))
        for entry in entries where entry.path != ".signatures.json" && !isExcluded(entry.path) {
            guard let file = expected.removeValue(forKey: entry.path) else {
                throw BundleError(.signature, "file \(entry.path) not included in bundle signature")
            }
            let digest = try FileDigest.compute(entry.path, entry.bytes, algorithm: file.algorithm)
            guard digest == file.hash else { throw BundleError(.signature, "\(entry.path): digest mismatch (want: \(file.hash), got: \(digest))") }
        }
        let missing = expected.keys.filter { !isExcluded($0) }.sorted()
        guard missing.isEmpty else {
            throw BundleError(.signature, "file(s) [\(missing.joined(separator: " "))] specified in bundle signatures but not found in the target bundle")
        }
    }

    private func isExcluded(_ path: String) -> Bool { settings.excludedFiles.contains { PathPattern.matches($0, path) } }

    private func token(_ signatures: Value) throws(BundleError) -> String {
        if let plugin = signatures["plugin"], plugin != .string("") { throw BundleError(.signature, "no verifier exists under id \(plugin.regoText)") }
        guard case .array(let tokens)? = signatures["signatures"], let first = tokens.first, case .string(let token) = first else {
            throw BundleError(.signature, ".signatures.json: missing JWT (expected exactly one)")
        }
        guard tokens.count == 1 else { throw BundleError(.signature, ".signatures.json: multiple JWTs not supported (expected exactly one)") }
        return token
    }

    /// What the token says of the files, once its signature and scope are right.
    private func files(of text: String) throws(BundleError) -> [String: (hash: String, algorithm: String)] {
        let token: SignedToken
        let isSigned: Bool
        do throws(SignedToken.Failure) { token = try SignedToken(text) } catch { throw BundleError(.signature, error.description) }
        let key = try key(for: token)
        do throws(SignedToken.Failure) { isSigned = try token.isSigned(algorithm: key.algorithm.rawValue, key: key.key) } catch {
            throw BundleError(.signature, error.description)
        }
        guard isSigned else { throw BundleError(.signature, "failed to verify JWT signature: the signature is not that of the key '\(key.id)'") }
        let scope = settings.scope.isEmpty ? key.scope : settings.scope
        guard (token.payload["scope"]?.text ?? "") == scope else { throw BundleError(.signature, "scope mismatch") }
        return Self.files(token.payload)
    }

    private func key(for token: SignedToken) throws(BundleError) -> KeySettings {
        let names = [settings.keyID, token.header["kid"]?.text ?? "", token.payload["keyid"]?.text ?? ""]
        guard let name = names.first(where: { !$0.isEmpty }) else { throw BundleError(.signature, "verification key ID is empty") }
        guard let key = keys[name] else { throw BundleError(.signature, "verification key corresponding to ID \(name) not found") }
        return key
    }

    private static func files(_ payload: Value) -> [String: (hash: String, algorithm: String)] {
        guard case .array(let elements)? = payload["files"] else { return [:] }
        var files: [String: (hash: String, algorithm: String)] = [:]
        for element in elements {
            guard let name = element["name"]?.text else { continue }
            files[name] = (element["hash"]?.text.lowercased() ?? "", element["algorithm"]?.text ?? "")
        }
        return files
    }
}

extension Value {
    /// The text of a string; empty for anything else.
    var text: String { if case .string(let text) = self { text } else { "" } }
}
