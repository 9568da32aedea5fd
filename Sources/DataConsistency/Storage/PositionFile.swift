import Crypto
import Foundation
import Synchronization

/// A place in a partition, kept beside its segments: `head`, the last sequence that was acknowledged, tells a segment whose end is gone from one that
/// ends there; `floor`, the last that retention took, tells segments that are gone from those that may be.
///
/// It is written after what it tells of and not forced to the disk, so it may be behind, never ahead.
final class PositionFile: Sendable {
    private let url: URL
    private let handle = Mutex<FileHandle?>(nil)

    struct Position: Sendable, Hashable {
        var sequence: Int
        var digest: EventDigest

        static let start = Position(sequence: 0, digest: .none)
    }

    init(_ name: String, in folder: URL) { url = folder.appendingPathComponent(name) }

    /// Nil where there is none, or half of one.
    func read() -> Position? {
        guard let bytes = FileManager.default.contents(atPath: url.path) else { return nil }
        let parts = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first?.split(separator: " ") ?? []
        guard parts.count == 3, let sequence = Int(parts[0]), let digest = EventDigest(parts[1]), Self.check(parts[0], parts[1]) == parts[2] else { return nil }
        return Position(sequence: sequence, digest: digest)
    }

    func write(_ position: Position) {
        let digits = String(position.sequence), sequence = String(repeating: "0", count: max(0, 20 - digits.count)) + digits
        let digest = position.digest.description
        let line = Data("\(sequence) \(digest) \(Self.check(sequence, digest))\n".utf8)
        handle.withLock { handle in
            if handle == nil {
                if !FileManager.default.fileExists(atPath: url.path) {
                    _ = FileManager.default.createFile(atPath: url.path, contents: nil, attributes: [.posixPermissions: 0o600])
                }
                handle = try? FileHandle(forWritingTo: url)
            }
            // Without it the log is as good; an end that is lost would only go unnoticed.
            try? handle?.seek(toOffset: 0)
            try? handle?.write(contentsOf: line)
        }
    }

    private static func check(_ sequence: some StringProtocol, _ digest: some StringProtocol) -> String {
        String(EventDigest(SHA256.hash(data: Data("\(sequence) \(digest)".utf8))).description.prefix(16))
    }
}
