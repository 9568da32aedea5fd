import Governance
import Rego

/// A version of a bundle, or of the files that policies were read from, as it can be activated again.
struct PolicyVersion: Sendable {
    enum Content: Sendable {
        case bundle(Bundle)
        case files(PolicyStore.Contents)
    }

    /// What makes two versions the same, within this process.
    struct Fingerprint: Hashable, Sendable {
        var revision: String
        /// Hashes of texts by file.
        var policies: [String: Int]
        /// Nil where it would have to be read from a snapshot.
        var data: Int?
    }

    let content: Content
    let fingerprint: Fingerprint

    init(_ bundle: Bundle) {
        content = .bundle(bundle)
        fingerprint = Fingerprint(
            revision: bundle.revision, policies: Dictionary(bundle.policies.map { ($0.file, $0.text.hashValue) }) { first, _ in first }, data: bundle.data.hashValue)
    }

    init(_ files: PolicyStore.Contents) {
        content = .files(files)
        fingerprint = Fingerprint(revision: "", policies: files.policies.mapValues(\.text.hashValue), data: Self.hash(of: files.data))
    }

    private static func hash(of data: DataSource) -> Int? {
        switch data {
        case .empty: 0
        case .value(let value): value.hashValue
        case .json(let text): text.hashValue
        case .snapshot: nil
        }
    }

    var isBundle: Bool { if case .bundle = content { true } else { false } }

    /// What people call it.
    var text: String {
        switch content {
        case .bundle(let bundle): "revision '\(bundle.revision)'"
        case .files: "a version of the files"
        }
    }
}
