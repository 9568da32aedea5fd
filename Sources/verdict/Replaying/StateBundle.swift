import Archives
import DataConsistency
import Foundation
import Governance
import Rego

/// A rebuilt state as a bundle: its policies, its data, and a manifest with its digest as the revision.
struct StateBundle {
    private let state: ProjectedState

    init(_ state: ProjectedState) { self.state = state }

    /// Writes an archive where the path ends in `.tar.gz`, else a folder.
    func write(to path: String) throws {
        do {
            let entries = try entries()
            let isArchive = path.hasSuffix(".tar.gz") || path.hasSuffix(".tgz")
            if isArchive {
                try Data(try BundleWriter.archive(entries)).write(to: URL(fileURLWithPath: path))
            } else {
                try write(entries, to: URL(fileURLWithPath: path))
            }
        } catch let error as BundleError {
            throw PolicyFiles.Failure(error)
        } catch let error as CocoaError {
            throw PolicyFiles.Failure(problems: ["\(path): cannot be written: \(error.localizedDescription)"])
        }
    }

    private func entries() throws -> [ArchiveEntry] {
        let policies = state.current.policies.values.sorted { $0.file < $1.file }
        let paths = Dictionary(policies.map { ($0.file, Self.path($0.file)) }) { first, _ in first }
        var manifest: [(Value, Value)] = [("revision", .string(state.digest.description)), ("roots", [""])]
        let old = policies.filter { $0.version == .v0 }
        if !old.isEmpty {
            manifest.append(("rego_version", 1))
            manifest.append(("file_rego_versions", .makeObject(old.map { (.string("/" + (paths[$0.file] ?? $0.file)), 0) })))
        }
        return try BundleWriter.entries(
            policies: policies.map { (paths[$0.file] ?? $0.file, $0.text) }, data: state.current.data.baseDocument, manifest: .makeObject(manifest))
    }

    /// Clients choose identifiers; in a bundle they are paths of modules that lead nowhere else.
    private static func path(_ identifier: String) -> String {
        let segments = identifier.split(separator: "/").filter { $0 != "." && $0 != ".." }
        let path = segments.isEmpty ? "policy" : segments.joined(separator: "/")
        return path.hasSuffix(".rego") ? path : path + ".rego"
    }

    private func write(_ entries: [ArchiveEntry], to folder: URL) throws {
        for entry in entries {
            let file = folder.appendingPathComponent(entry.path)
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(entry.bytes).write(to: file)
        }
    }
}
