import Foundation

/// What files look like from outside: equal stamps, unchanged files.
public struct FileStamps: Equatable, Sendable {
    private struct Stamp: Equatable {
        var size: UInt64
        var modified: Date
    }

    private var stamps: [String: Stamp] = [:]

    /// Of files, and of all files in folders.
    public init(_ paths: [String]) {
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
