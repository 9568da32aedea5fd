/// A file in an archive.
public struct ArchiveEntry: Sendable, Hashable {
    /// Relative, with `/` between segments; without `.`, `..` and empty segments.
    public var path: String
    public var bytes: [UInt8]

    public init(path: String, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
    }
}

/// What an archive may hold, so that no archive exhausts memory.
public struct ArchiveLimits: Sendable, Hashable {
    /// Bytes of one file.
    public var file: Int
    /// Bytes of the archive, unpacked.
    public var total: Int
    public var entries: Int

    public init(file: Int = 1 << 30, total: Int = 1 << 30, entries: Int = 100_000) {
        self.file = file
        self.total = total
        self.entries = entries
    }
}

/// Why an archive is refused.
public struct ArchiveError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// Not gzip, not tar, damaged or cut off.
        case damaged = "archive_damaged"
        case tooLarge = "archive_too_large"
        /// A path that leads out of the archive or has two meanings.
        case unsafePath = "archive_unsafe_path"
        case duplicate = "archive_duplicate"
        /// A link, a device, or what else is no file or folder.
        case unsupportedEntry = "archive_unsupported_entry"
    }

    public var code: Code
    public var reason: String

    public init(_ code: Code, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    public var description: String { "archive read failed: \(reason)" }
}
