import Foundation

/// The sizes and modification times of files and of everything in folders: two are equal where nothing changed in between.
///
/// That works on every file system, also on those that containers mount and that send no notifications.
public struct FileStamps: Equatable, Sendable {
    private struct Stamp: Equatable {
        var size: UInt64
        var modified: Date
    }

    private var stamps: [String: Stamp] = [:]

    public init(of paths: [String]) {
        for path in paths {
            stamps[path] = Self.stamp(path)
            for name in FileManager.default.enumerator(atPath: path)?.compactMap({ $0 as? String }) ?? [] {
                stamps["\(path)/\(name)"] = Self.stamp("\(path)/\(name)")
            }
        }
    }

    private static func stamp(_ path: String) -> Stamp? {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path), attributes[.type] as? FileAttributeType == .typeRegular else { return nil }
        return Stamp(size: (attributes[.size] as? UInt64) ?? 0, modified: (attributes[.modificationDate] as? Date) ?? .distantPast)
    }
}
