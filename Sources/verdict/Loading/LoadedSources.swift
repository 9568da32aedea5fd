import Archives
import Foundation
import Governance
import Rego

/// Policies and data of files, folders and bundles together.
struct LoadedSources {
    let policies: [PolicySource]
    let data: DataSource
    /// Active bundles by name.
    let bundles: [String: ActiveBundle]

    /// - Parameters:
    ///   - paths: policy and data files, folders of them, and archives of bundles.
    ///   - bundles: folders and archives that are bundles.
    ///   - ignored: patterns of file and folder names to leave out.
    ///   - verification: nil where signatures of bundles are not looked at.
    init(
        paths: [String], bundles bundlePaths: [String] = [], version: RegoVersion, ignored: [String] = [], verification: BundleVerification? = nil
    ) throws(PolicyFiles.Failure) {
        let archives = paths.filter(Self.isArchive)
        let files = try PolicyFiles(paths: paths.filter { !Self.isArchive($0) }, version: version, ignored: ignored)
        guard !(bundlePaths + archives).isEmpty else {
            policies = files.policies
            data = try files.data()
            bundles = [:]
            return
        }
        var activation = BundleActivation(policies: [:], data: .object([]), bundles: [:])
        do throws(BundleError) {
            var read: [(name: String, bundle: Governance.Bundle, etag: String?)] = []
            for path in bundlePaths + archives { read.append(try Self.bundle(path, version, ignored, verification)) }
            try activation.activate(read)
        } catch {
            throw PolicyFiles.Failure(error)
        }
        for policy in files.policies { activation.policies[policy.file] = policy }
        guard let merged = Value.merge(activation.data, try Self.document(files)) else { throw PolicyFiles.Failure(problems: ["merge error: documents overlap"]) }
        policies = activation.policies.values.sorted { $0.file < $1.file }
        data = .value(merged)
        bundles = activation.bundles
    }

    private static func isArchive(_ path: String) -> Bool { path.hasSuffix(".tar.gz") || path.hasSuffix(".tgz") }

    private static func bundle(
        _ path: String, _ version: RegoVersion, _ ignored: [String], _ verification: BundleVerification?
    ) throws(BundleError) -> (name: String, bundle: Governance.Bundle, etag: String?) {
        let path = path.hasPrefix("file://") ? String(path.dropFirst("file://".count)) : path
        let name = PolicyFiles.cleaned(path)
        let reader = BundleReader(name: name == "." ? "" : name, version: version, verification: verification)
        do throws(BundleError) {
            return (name, try reader.read(try BundleFolder.entries(ofBundle: name, ignored: ignored)), nil)
        } catch {
            var error = error
            if error.diagnostics.isEmpty { error.message = "bundle \(name): \(error.message)" }
            throw error
        }
    }

    private static func document(_ files: PolicyFiles) throws(PolicyFiles.Failure) -> Value {
        let source = try files.data()
        do throws(EvaluationError) { return try source.document() } catch { throw PolicyFiles.Failure(problems: ["data is not valid JSON: \(error.message)"]) }
    }
}

extension PolicyFiles.Failure {
    init(_ error: BundleError) {
        self.init(problems: error.diagnostics.isEmpty ? [error.message] : error.diagnostics.map(\.description))
    }
}
