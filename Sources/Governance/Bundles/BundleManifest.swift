import Foundation
import Rego

/// A bundle's `.manifest`: its revision, and which documents it owns.
public struct BundleManifest: Sendable, Equatable {
    public var revision = ""
    /// Keys below `data` that the bundle owns; the empty list of keys owns everything.
    public var roots: [[String]] = [[]]
    /// What modules are read as; nil leaves it to the reader.
    public var regoVersion: RegoVersion?
    /// Exceptions by pattern of path.
    public var fileRegoVersions: [(pattern: String, version: RegoVersion)] = []
    public var metadata: Value?
    /// The document as it was written, with roots where it had none.
    public var document: Value

    public init() { document = ["revision": "", "roots": [""]] }

    public static func == (a: BundleManifest, b: BundleManifest) -> Bool { a.document == b.document }

    /// Reads the text of a manifest.
    public init(json: [UInt8]) throws(BundleError) {
        let value: Value
        do throws(EvaluationError) { value = try Value(json: json) } catch { throw BundleError(.manifest, "bundle load failed on manifest decode: \(error.message)") }
        guard case .object = value else { throw BundleError(.manifest, "bundle load failed on manifest decode: expected an object") }
        document = value
        revision = try Self.text(value, "revision") ?? ""
        if let roots = value["roots"], roots != .null { self.roots = try Self.roots(roots) }
        document = value.setting("roots", .array(self.roots.map { .string($0.joined(separator: "/")) })).setting("revision", .string(revision))
        if let version = value["rego_version"], version != .null { regoVersion = try Self.version(version, "rego_version") }
        if case .object(let entries)? = value["file_rego_versions"] {
            for entry in entries {
                guard case .string(let pattern) = entry.key else { continue }
                fileRegoVersions.append((pattern, try Self.version(entry.value, "file_rego_versions")))
            }
        }
        metadata = value["metadata"]
        try checkRoots()
    }

    private static func text(_ value: Value, _ key: String) throws(BundleError) -> String? {
        switch value[key] {
        case nil, .null: return nil
        case .string(let text): return text
        default: throw BundleError(.manifest, "bundle load failed on manifest decode: \(key) must be a string")
        }
    }

    private static func roots(_ value: Value) throws(BundleError) -> [[String]] {
        guard case .array(let elements) = value else { throw BundleError(.manifest, "bundle load failed on manifest decode: roots must be an array of strings") }
        var roots: [[String]] = []
        for element in elements {
            guard case .string(let text) = element else { throw BundleError(.manifest, "bundle load failed on manifest decode: roots must be an array of strings") }
            roots.append(text.split(separator: "/").map(String.init))
        }
        return roots
    }

    private static func version(_ value: Value, _ key: String) throws(BundleError) -> RegoVersion {
        switch value {
        case 0: return .v0
        case 1: return .v1
        default: throw BundleError(.manifest, "manifest \(key) must be 0 or 1, found \(value.regoText)")
        }
    }

    private func checkRoots() throws(BundleError) {
        for (position, first) in roots.enumerated() {
            for second in roots[(position + 1)...] where BundleRoots.overlap(first, second) {
                throw BundleError(.manifest, "manifest has overlapped roots: '\(first.joined(separator: "/"))' and '\(second.joined(separator: "/"))'")
            }
        }
    }

    /// What a module at a path of the bundle is read as.
    func version(of path: String, default other: RegoVersion) -> RegoVersion {
        for (pattern, version) in fileRegoVersions.sorted(by: { $0.pattern < $1.pattern }) {
            if PathPattern.matches(pattern, path, crossesFolders: true) || PathPattern.matches(pattern, "/" + path, crossesFolders: true) { return version }
        }
        return regoVersion ?? other
    }

    /// Roots as messages list them: `[a b/c]`.
    var rootList: String { "[\(roots.map { $0.joined(separator: "/") }.joined(separator: " "))]" }

    /// Whether a document at keys below `data` belongs to the bundle.
    func owns(_ path: [String]) -> Bool { roots.contains { path.starts(with: $0) } }
}

/// File patterns of shells: `*`, `?` and `[…]`.
public enum PathPattern {
    /// - Parameter crossesFolders: whether `*` and `?` match slashes too.
    public static func matches(_ pattern: String, _ path: String, crossesFolders: Bool = false) -> Bool {
        fnmatch(pattern, path, crossesFolders ? 0 : FNM_PATHNAME) == 0
    }
}
