import Archives
import Foundation

/// The files of a bundle that lies on disk as a folder, or as an archive.
public enum BundleFolder {
    /// The files of a folder by their paths in it. Hidden files are left out, but for the bundle's own.
    ///
    /// - Parameter ignored: patterns of file and folder names to leave out.
    public static func entries(at path: String, ignored: [String] = [], limits: ArchiveLimits = .init()) throws(BundleError) -> [ArchiveEntry] {
        guard let walk = FileManager.default.enumerator(atPath: path) else { throw BundleError(.unreadable, "open \(path): cannot be read") }
        var names: [String] = []
        for case let name as String in walk {
            let segments = name.split(separator: "/").map(String.init)
            let isOwn = name == ".manifest" || name == ".signatures.json"
            if !isOwn, segments.contains(where: { $0.hasPrefix(".") }) { continue }
            if segments.contains(where: { segment in ignored.contains { PathPattern.matches($0, segment) } }) { continue }
            names.append(name)
        }
        let isSigned = names.contains(".signatures.json")
        var entries: [ArchiveEntry] = []
        for name in names.sorted() where isSigned || isPart(name) {
            let file = path == "." ? name : "\(path)/\(name)"
            guard try isRegular(file, limits) else { continue }
            entries.append(ArchiveEntry(path: name, bytes: try bytes(of: file)))
        }
        return entries
    }

    /// The files of an archive or a folder.
    public static func entries(ofBundle path: String, ignored: [String] = [], limits: ArchiveLimits = .init()) throws(BundleError) -> [ArchiveEntry] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw BundleError(.unreadable, "stat \(path): no such file or directory")
        }
        if isFolder.boolValue { return try entries(at: path, ignored: ignored, limits: limits) }
        let bytes = try bytes(of: path)
        do throws(ArchiveError) { return try TarReader.entries(of: bytes, limits: limits) } catch {
            throw BundleError(error.code == .damaged ? .malformed : .hostile, "\(path): \(error)")
        }
    }

    /// Whether a file means something in a bundle. The others are only read where signatures list them.
    private static func isPart(_ name: String) -> Bool {
        let file = name.split(separator: "/").last.map(String.init) ?? name
        return name.hasSuffix(".rego") || ["data.json", "data.yaml", "data.yml", "policy.wasm", "plan.json"].contains(file) || [".manifest", "patch.json"].contains(name)
    }

    private static func isRegular(_ file: String, _ limits: ArchiveLimits) throws(BundleError) -> Bool {
        // Links to files are followed: volumes of containers are made of them.
        let target = URL(fileURLWithPath: file).resolvingSymlinksInPath().path
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: target), attributes[.type] as? FileAttributeType == .typeRegular else { return false }
        let size = (attributes[.size] as? Int) ?? 0
        guard size <= limits.file else { throw BundleError(.hostile, "bundle file '\(file)' size (\(size) bytes) exceeded max size (\(limits.file) bytes)") }
        return true
    }

    static func bytes(of path: String) throws(BundleError) -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else { throw BundleError(.unreadable, "open \(path): cannot be read") }
        return Array(data)
    }
}
