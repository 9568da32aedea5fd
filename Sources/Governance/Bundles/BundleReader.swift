import Archives
import Rego

/// Makes bundles of their files: reads the manifest, verifies signatures, checks roots, parses modules and data.
public struct BundleReader: Sendable {
    /// The name that module identifiers begin with.
    public var name: String
    /// What modules are read as where the manifest does not say.
    public var version: RegoVersion
    /// Nil where signatures are not looked at.
    public var verification: BundleVerification?

    public init(name: String, version: RegoVersion = .v1, verification: BundleVerification? = nil) {
        self.name = name
        self.version = version
        self.verification = verification
    }

    private static let dataNames: Set<String> = ["data.json", "data.yaml", "data.yml"]

    /// Reads a bundle from the bytes of a tar archive, compressed with gzip or not.
    public func read(archive bytes: [UInt8], limits: ArchiveLimits = .init()) throws(BundleError) -> Bundle {
        let entries: [ArchiveEntry]
        do throws(ArchiveError) { entries = try TarReader.entries(of: bytes, limits: limits) } catch {
            throw BundleError(error.code == .damaged ? .malformed : .hostile, error.code == .tooLarge ? error.reason : error.description)
        }
        return try read(entries)
    }

    /// Reads a bundle of its files.
    public func read(_ entries: [ArchiveEntry]) throws(BundleError) -> Bundle {
        var bundle = Bundle()
        if let text = Self.file(".manifest", entries) { bundle.manifest = try BundleManifest(json: text) }
        if let text = Self.file("patch.json", entries) {
            bundle.kind = .delta
            bundle.patch = try BundlePatch.read(text)
        }
        if let text = Self.file(".signatures.json", entries) {
            do throws(EvaluationError) { bundle.signatures = try Value(json: text) } catch { throw BundleError(.signature, "bundle load failed on signatures decode: \(error.message)") }
        }
        if bundle.kind == .snapshot { try verification?.verify(entries, signatures: bundle.signatures) }
        for entry in entries { try read(entry, into: &bundle) }
        try parseModules(&bundle)
        if bundle.kind == .delta { try checkDelta(bundle) }
        try checkRoots(bundle)
        return bundle
    }

    private static func file(_ path: String, _ entries: [ArchiveEntry]) -> [UInt8]? { entries.first { $0.path == path }?.bytes }

    private func read(_ entry: ArchiveEntry, into bundle: inout Bundle) throws(BundleError) {
        let segments = entry.path.split(separator: "/").map(String.init)
        let file = segments.last ?? ""
        if entry.path.hasSuffix(".rego") {
            let version = bundle.manifest.version(of: entry.path, default: version)
            bundle.policies.append(PolicySource(file: identifier(entry.path), text: String(decoding: entry.bytes, as: UTF8.self), version: version))
        } else if Self.dataNames.contains(file) {
            bundle.dataFiles.append(entry.path)
            let document = try data(entry)
            guard let placed = Value.object([]).upserting(document, at: segments.dropLast()), let merged = bundle.data.merging(placed) else {
                throw BundleError(.malformed, "bundle load failed on \(entry.path): the document overlaps another one, or is no object at the root")
            }
            bundle.data = merged
        } else if ["policy.wasm", "plan.json"].contains(file) {
            bundle.compiledFiles.append(entry.path)
        }
    }

    private func identifier(_ path: String) -> String { name.isEmpty ? path : "\(name)/\(path)" }

    private func data(_ entry: ArchiveEntry) throws(BundleError) -> Value {
        do {
            if entry.path.hasSuffix(".json") { return try Value(json: entry.bytes) }
            return try Value(yaml: String(decoding: entry.bytes, as: UTF8.self))
        } catch let error as EvaluationError {
            throw BundleError(.malformed, "bundle load failed on \(entry.path): \(error.message)")
        } catch {
            throw BundleError(.malformed, "bundle load failed on \(entry.path): \(error)")
        }
    }

    private func parseModules(_ bundle: inout Bundle) throws(BundleError) {
        var diagnostics: [Diagnostic] = []
        for policy in bundle.policies {
            let parsed = Parser.parse(policy)
            diagnostics += parsed.diagnostics
            if let module = parsed.module { bundle.modules.append(module) }
        }
        guard diagnostics.isEmpty else { throw BundleError(DiagnosticList(diagnostics)) }
    }

    private func checkDelta(_ bundle: Bundle) throws(BundleError) {
        for (files, kind) in [(bundle.dataFiles, "data"), (bundle.policies.map(\.file), "policy"), (bundle.compiledFiles, "wasm")] where !files.isEmpty {
            throw BundleError(.delta, "delta bundle expected to contain only patch file but \(kind) files found")
        }
    }

    private func checkRoots(_ bundle: Bundle) throws(BundleError) {
        let manifest = bundle.manifest
        for module in bundle.modules where !manifest.owns(module.package.path) {
            throw BundleError(.roots, "manifest roots \(manifest.rootList) do not permit 'package \(module.package.path.joined(separator: "."))' in module '\(module.file)'")
        }
        if let path = Self.strayData(bundle.data, [], manifest) {
            throw BundleError(.roots, "manifest roots \(manifest.rootList) do not permit data at path '/\(path.joined(separator: "/"))' (hint: check bundle directory structure)")
        }
        for patch in bundle.patch where !manifest.owns(patch.path) {
            throw BundleError(.roots, "manifest roots \(manifest.rootList) do not permit data at path '/\(patch.path.joined(separator: "/"))'")
        }
    }

    /// Where data lies outside of the roots; nil where it does not.
    private static func strayData(_ value: Value, _ path: [String], _ manifest: BundleManifest) -> [String]? {
        if manifest.owns(path) { return nil }
        // Only objects on the way to a root may stand outside of it.
        guard case .object(let entries) = value, path.isEmpty || manifest.roots.contains(where: { $0.starts(with: path) }) else { return path }
        for entry in entries {
            guard case .string(let key) = entry.key else { return path }
            if let stray = strayData(entry.value, path + [key], manifest) { return stray }
        }
        return nil
    }
}
