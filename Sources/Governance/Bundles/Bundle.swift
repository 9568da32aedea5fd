import Rego

/// Policies and data that are delivered, verified and activated together.
///
/// Source: OPA's documentation, "Bundles".
public struct Bundle: Sendable {
    public enum Kind: String, Sendable {
        /// All that the bundle's roots hold.
        case snapshot
        /// Changes of the data that is active.
        case delta
    }

    public var kind = Kind.snapshot
    public var manifest = BundleManifest()
    /// Modules by their paths in the bundle.
    public var policies: [PolicySource] = []
    /// Parsed, in the order of `policies`.
    public var modules: [Module] = []
    public var data: Value = .object([])
    /// A delta's changes.
    public var patch: [BundlePatch] = []
    /// `.signatures.json`, where there is one.
    public var signatures: Value?
    /// Compiled policies (`policy.wasm`, `plan.json`), which are carried along but not run.
    public var compiledFiles: [String] = []
    /// Data files by their paths in the bundle.
    public var dataFiles: [String] = []

    public init() {}

    public var revision: String { manifest.revision }
}

/// A bundle that is active.
public struct ActiveBundle: Sendable {
    public var name: String
    public var manifest: BundleManifest
    /// Of the download; nil for what came from disk without one.
    public var etag: String?
    public var kind: Bundle.Kind
    /// Identifiers of its policies.
    public var policies: Set<String>

    public var revision: String { manifest.revision }
    public var roots: [[String]] { manifest.roots }
}
