import Rego

/// Policies and data into which bundles are put. A value: whoever holds it takes the result whole, or keeps what was before.
public struct BundleActivation: Sendable {
    /// By identifier.
    public var policies: [String: PolicySource]
    public var data: Value
    /// By name.
    public var bundles: [String: ActiveBundle]

    public init(policies: [String: PolicySource], data: Value, bundles: [String: ActiveBundle]) {
        self.policies = policies
        self.data = data
        self.bundles = bundles
    }

    /// Puts bundles in the place of their earlier versions.
    ///
    /// What lies under the roots of the old and the new version goes; documents and policies elsewhere stay.
    public mutating func activate(_ new: [(name: String, bundle: Bundle, etag: String?)]) throws(BundleError) {
        var roots = bundles.mapValues(\.roots)
        for (name, bundle, _) in new { roots[name] = bundle.manifest.roots }
        try BundleRoots.check(roots)
        for (name, bundle, _) in new where bundle.kind == .snapshot {
            erase(bundles[name])
            erase(under: bundle.manifest.roots)
        }
        for (name, bundle, etag) in new {
            try add(name, bundle)
            let policies = bundle.kind == .delta ? bundles[name]?.policies ?? [] : Set(bundle.policies.map(\.file))
            bundles[name] = ActiveBundle(name: name, manifest: bundle.manifest, etag: etag, kind: bundle.kind, policies: policies)
            try record(name, bundle.manifest, etag)
        }
    }

    /// Takes a bundle away with all that it owns.
    public mutating func remove(_ name: String) {
        guard let bundle = bundles.removeValue(forKey: name) else { return }
        erase(bundle)
        data = data.removing(["system", "bundles", name])
    }

    /// Takes over bundles of another activation that are not in this one.
    public mutating func keep(_ other: BundleActivation) {
        for (name, bundle) in other.bundles where bundles[name] == nil {
            bundles[name] = bundle
            erase(under: bundle.roots)
            for policy in bundle.policies { policies[policy] = other.policies[policy] }
            for path in bundle.roots + [["system", "bundles", name]] {
                if let value = other.data.find(path[...]), let changed = data.upserting(value, at: path[...]) { data = changed }
            }
        }
    }

    private mutating func erase(_ bundle: ActiveBundle?) {
        guard let bundle else { return }
        for policy in bundle.policies { policies[policy] = nil }
        eraseData(under: bundle.roots)
    }

    private mutating func erase(under roots: [[String]]) {
        eraseData(under: roots)
        for (identifier, source) in policies {
            guard let package = Parser.parse(source).module?.package.path else { continue }
            if roots.contains(where: { package.starts(with: $0) }) { policies[identifier] = nil }
        }
    }

    private mutating func eraseData(under roots: [[String]]) {
        for root in roots {
            if !root.isEmpty {
                data = data.removing(root[...])
            } else if let system = data.find(["system", "bundles"]) {
                data = ["system": ["bundles": system]]
            } else {
                data = .object([])
            }
        }
    }

    private mutating func add(_ name: String, _ bundle: Bundle) throws(BundleError) {
        guard bundle.kind == .snapshot else {
            guard let active = bundles[name] else { throw BundleError(.delta, "delta bundle '\(name)' needs an active snapshot, and there is none yet") }
            guard active.roots == bundle.manifest.roots else {
                throw BundleError(.delta, "delta bundle '\(name)' has roots \(bundle.manifest.rootList), and the active bundle has \(active.manifest.rootList)")
            }
            for patch in bundle.patch { data = try patch.apply(to: data) }
            return
        }
        for policy in bundle.policies { policies[policy.file] = policy }
        guard let merged = data.merging(bundle.data) else {
            throw BundleError(.roots, "the data of bundle '\(name)' overlaps data that is already there")
        }
        data = merged
    }

    /// `data.system.bundles` says what is active, so that policies can ask.
    private mutating func record(_ name: String, _ manifest: BundleManifest, _ etag: String?) throws(BundleError) {
        let entry: Value = ["manifest": manifest.document, "etag": .string(etag ?? "")]
        guard let changed = data.upserting(entry, at: ["system", "bundles", name]) else {
            throw BundleError(.roots, "data.system is no object, so the state of bundles cannot be kept there")
        }
        data = changed
    }
}
