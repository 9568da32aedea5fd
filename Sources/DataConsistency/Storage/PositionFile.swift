import Crypto
import Foundation
import Synchronization

/// A place in a partition, kept beside its segments: `head`, the last sequence that was acknowledged, tells a segment whose end is gone from one that
/// ends there; `floor`, the last that retention took, tells segments that are gone from those that may be.
///
/// `head` is written after what it tells of and not forced to the disk, so it may be behind, never ahead. `floor` is forced there before what it tells
/// of goes.
final class PositionFile: Sendable {
    private let url: URL
    private let disk: any Disk
    private let overwrite = Mutex<(@Sendable ([UInt8]) throws -> Void)?>(nil)

    struct Position: Sendable, Hashable {
        var sequence: Int
        var digest: EventDigest

        static let start = Position(sequence: 0, digest: .none)
    }

    init(_ name: String, in folder: URL, on disk: any Disk) {
        url = folder.appendingPathComponent(name)
        self.disk = disk
    }

    /// Nil where there is none, or half of one.
    func read() -> Position? {
        guard let bytes = disk.contents(of: url) else { return nil }
        let parts = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first?.split(separator: " ") ?? []
        guard parts.count == 3, let sequence = Int(parts[0]), let digest = EventDigest(parts[1]), Self.check(parts[0], parts[1]) == parts[2] else { return nil }
        return Position(sequence: sequence, digest: digest)
    }

    private static func line(_ position: Position) -> [UInt8] {
        let digits = String(position.sequence), sequence = String(repeating: "0", count: max(0, 20 - digits.count)) + digits
        let digest = position.digest.description
        return Array("\(sequence) \(digest) \(check(sequence, digest))\n".utf8)
    }

    /// Puts a position in the place of the one before: afterwards, whatever happens, it is there.
    func force(_ position: Position) throws { try disk.replace(url, with: Self.line(position)) }

    func write(_ position: Position) {
        let line = Self.line(position)
        overwrite.withLock { overwrite in
            if overwrite == nil { overwrite = try? disk.overwriter(of: url) }
            // Without it the log is as good; an end that is lost would only go unnoticed.
            try? overwrite?(line)
        }
    }

    private static func check(_ sequence: some StringProtocol, _ digest: some StringProtocol) -> String {
        String(EventDigest(SHA256.hash(data: Data("\(sequence) \(digest)".utf8))).description.prefix(16))
    }
}
