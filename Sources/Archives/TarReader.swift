/// Reads tar archives (POSIX.1-2017 pax, ustar and GNU long names), strictly: files and folders only, each path once, none that
/// leads outside.
public struct TarReader {
    private static let block = 512

    private let bytes: [UInt8]
    private let limits: ArchiveLimits
    private var position = 0
    private var entries: [ArchiveEntry] = []
    private var paths: Set<String> = []
    /// What the next entry's header leaves to extended headers before it.
    private var longName: String?
    private var longSize: Int?

    /// The files of an archive, compressed with gzip or not, in the order of the archive.
    public static func entries(of bytes: [UInt8], limits: ArchiveLimits = .init()) throws(ArchiveError) -> [ArchiveEntry] {
        var reader = TarReader(bytes: try unpacked(bytes, limits), limits: limits)
        try reader.read()
        return reader.entries
    }

    private init(bytes: [UInt8], limits: ArchiveLimits) {
        self.bytes = bytes
        self.limits = limits
    }

    private static func unpacked(_ bytes: [UInt8], _ limits: ArchiveLimits) throws(ArchiveError) -> [UInt8] {
        guard GZip.isCompressed(bytes) else { return bytes }
        do {
            return try GZip.decompress(bytes, limit: limits.total)
        } catch .tooLarge(let limit) {
            throw ArchiveError(.tooLarge, "more than \(limit) bytes unpacked")
        } catch {
            throw ArchiveError(.damaged, error.description)
        }
    }

    private mutating func read() throws(ArchiveError) {
        guard bytes.count >= Self.block else { throw ArchiveError(.damaged, "not a tar archive") }
        while position < bytes.count {
            guard position + Self.block <= bytes.count else { throw ArchiveError(.damaged, "the archive ends within a header") }
            let header = TarHeader(bytes[position..<position + Self.block])
            position += Self.block
            if header.isEmpty { return }
            guard header.hasValidChecksum else { throw ArchiveError(.damaged, "a header's checksum is wrong") }
            try readEntry(header)
        }
    }

    private mutating func readEntry(_ header: TarHeader) throws(ArchiveError) {
        guard let size = longSize ?? header.size else { throw ArchiveError(.damaged, "a header's size is not a number") }
        let name = longName ?? header.name
        switch header.kind {
        case "0", "\0", "7":
            try readFile(name, size)
        case "5":
            _ = try Self.safePath(name)
            _ = try content(size)
        case "x":
            try readExtended(try content(try bounded(size)))
            return
        case "g": _ = try content(size)
        case "L":
            longName = String(decoding: try content(try bounded(size)).prefix { $0 != 0 }, as: UTF8.self)
            return
        case "1", "2", "K": throw ArchiveError(.unsupportedEntry, "'\(name)' is a link; put a copy of the file there")
        default: throw ArchiveError(.unsupportedEntry, "'\(name)' is neither a file nor a folder")
        }
        longName = nil
        longSize = nil
    }

    private mutating func readFile(_ name: String, _ size: Int) throws(ArchiveError) {
        let path = try Self.safePath(name)
        guard size <= limits.file else {
            throw ArchiveError(.tooLarge, "bundle file '\(path)' size (\(size) bytes) exceeded max size (\(limits.file) bytes)")
        }
        guard !path.isEmpty else { throw ArchiveError(.unsafePath, "a file has no name") }
        guard paths.insert(path).inserted else { throw ArchiveError(.duplicate, "'\(path)' is there more than once") }
        guard entries.count < limits.entries else { throw ArchiveError(.tooLarge, "more than \(limits.entries) files") }
        entries.append(ArchiveEntry(path: path, bytes: Array(try content(size))))
    }

    /// The size of an extended header, which holds names and no more.
    private func bounded(_ size: Int) throws(ArchiveError) -> Int {
        guard size <= 64 * 1024 else { throw ArchiveError(.tooLarge, "an extended header has \(size) bytes") }
        return size
    }

    private mutating func content(_ size: Int) throws(ArchiveError) -> ArraySlice<UInt8> {
        guard size >= 0, size <= bytes.count - position else { throw ArchiveError(.damaged, "the archive ends within a file") }
        let content = bytes[position..<position + size]
        position = min(bytes.count, position + (size + Self.block - 1) / Self.block * Self.block)
        return content
    }

    /// Records of `length key=value`, each closed by a line feed.
    private mutating func readExtended(_ records: ArraySlice<UInt8>) throws(ArchiveError) {
        var rest = records
        while !rest.isEmpty {
            guard let space = rest.firstIndex(of: UInt8(ascii: " ")), let length = Int(String(decoding: rest[..<space], as: UTF8.self)),
                length > space - rest.startIndex + 1, length <= rest.count
            else { throw ArchiveError(.damaged, "an extended header cannot be read") }
            let record = rest[(space + 1)..<(rest.startIndex + length - 1)]
            rest = rest[(rest.startIndex + length)...]
            guard let equals = record.firstIndex(of: UInt8(ascii: "=")) else { throw ArchiveError(.damaged, "an extended header cannot be read") }
            let value = String(decoding: record[(equals + 1)...], as: UTF8.self)
            switch String(decoding: record[..<equals], as: UTF8.self) {
            case "path": longName = value
            case "size":
                guard let size = Int(value), size >= 0 else { throw ArchiveError(.damaged, "an extended header's size is not a number") }
                longSize = size
            default: continue
            }
        }
    }

    /// A path without what has no meaning: a slash in front, as archives of OPA have it, `.` and empty segments.
    public static func safePath(_ name: String) throws(ArchiveError) -> String {
        guard !name.unicodeScalars.contains("\0"), !name.contains("\\") else { throw ArchiveError(.unsafePath, "'\(name)' is not a path") }
        let segments = name.split(separator: "/").filter { $0 != "." }
        guard !segments.contains("..") else { throw ArchiveError(.unsafePath, "'\(name)' leads out of the archive") }
        return segments.joined(separator: "/")
    }
}
