import FaultInjection
import Foundation
import Synchronization

/// Copies of active bundles on disk, for starts while the server is away: `<directory>/bundles/<name>/bundle.tar.gz`, as OPA has them.
public struct BundlePersistence: Sendable {
    private let folder: URL
    /// So that a version that is given up while it is being saved is not there in the end.
    private static let changing = Mutex<Void>(())

    public init(directory: String) { folder = URL(fileURLWithPath: directory).appendingPathComponent("bundles") }

    /// Names of bundles may hold slashes and dots; on disk they are one safe component.
    private func file(_ name: String, _ component: String = "bundle.tar.gz") -> URL {
        let allowed = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "-_"))
        let subfolder = name.addingPercentEncoding(withAllowedCharacters: allowed) ?? "bundle"
        return folder.appendingPathComponent(subfolder).appendingPathComponent(component)
    }

    /// The bytes of the copy; nil where there is none.
    func load(_ name: String) -> [UInt8]? {
        let path = file(name).path
        guard let bytes = FileManager.default.contents(atPath: path).map(Array.init) else { return nil }
        guard let chaos = Chaos.installed else { return bytes }
        return try? chaos.reading(bytes, from: path)
    }

    /// Replaces the copy in one step, so that a stop half-way leaves the earlier one, which is kept beside it.
    func save(_ name: String, _ bytes: [UInt8]) throws(BundleError) {
        let file = file(name)
        do {
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Self.changing.withLock { _ in
                if let before = FileManager.default.contents(atPath: file.path), !before.elementsEqual(bytes) { try before.write(to: self.before(name), options: .atomic) }
                try replace(file, bytes)
            }
        } catch {
            throw BundleError(.unreadable, "\(file.path): the bundle cannot be kept on disk: \((error as? FaultFailure)?.description ?? error.localizedDescription)")
        }
    }

    private func before(_ name: String) -> URL { file(name, "bundle.before.tar.gz") }

    /// Puts the copy before the last one in its place, where there is one; then a start does not begin with a version that was given up.
    func restoreBefore(_ name: String) throws {
        try Self.changing.withLock { _ in
            guard let before = FileManager.default.contents(atPath: before(name).path) else { return }
            try before.write(to: file(name), options: .atomic)
        }
    }

    /// Writes beside the earlier copy, forces the bytes to the disk and then puts them in its place.
    private func replace(_ file: URL, _ bytes: [UInt8]) throws {
        let chaos = Chaos.installed
        let next = file.appendingPathExtension("new")
        do {
            try Data(try chaos?.writing(bytes, to: file.path) ?? bytes).write(to: next)
        } catch let torn as TornWrite {
            try Data(torn.written).write(to: next)
            throw torn.failure
        }
        let handle = try FileHandle(forWritingTo: next)
        defer { try? handle.close() }
        if try chaos?.operating(.synchronize, on: file.path) ?? true { try handle.synchronize() }
        try chaos?.operating(.rename, on: file.path)
        guard rename(next.path, file.path) == 0 else { throw CocoaError(.fileWriteUnknown) }
    }
}
