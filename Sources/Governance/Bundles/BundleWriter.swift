import Archives
import Rego

/// Writes bundles as archives that OPA reads too.
public enum BundleWriter {
    /// A bundle's files: merged data, policies, manifest and, with a signer, signatures.
    ///
    /// - Parameter policies: by their paths in the bundle.
    public static func entries(
        policies: [(path: String, text: String)], data: Value, manifest: Value, signer: BundleSigner? = nil
    ) throws(BundleError) -> [ArchiveEntry] {
        var entries = [ArchiveEntry(path: "data.json", bytes: data.json(escapesHTML: false))]
        for policy in policies { entries.append(ArchiveEntry(path: policy.path, bytes: Array(policy.text.utf8))) }
        entries.append(ArchiveEntry(path: ".manifest", bytes: manifest.json(escapesHTML: false)))
        var paths: Set<String> = []
        for entry in entries where !paths.insert(entry.path).inserted {
            throw BundleError(.malformed, "two files of the bundle have the path \(entry.path); give folders with different names")
        }
        if let signer { entries.append(ArchiveEntry(path: ".signatures.json", bytes: try signer.signatures(for: entries))) }
        return entries
    }

    /// A gzipped tar archive; paths begin with a slash, as OPA writes them.
    public static func archive(_ entries: [ArchiveEntry]) throws(BundleError) -> [UInt8] {
        do throws(GZip.Failure) {
            return try GZip.compress(TarWriter.archive(entries.map { ArchiveEntry(path: "/" + $0.path, bytes: $0.bytes) }))
        } catch {
            throw BundleError(.malformed, error.description)
        }
    }
}
