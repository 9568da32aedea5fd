import Foundation
import Synchronization

/// The positions of cursors in one small file, which is replaced whole.
final class CursorFile: Sendable {
    private let url: URL
    private let disk: any Disk
    private let positions: Mutex<[String: Int]>

    init(_ url: URL, on disk: any Disk) {
        self.url = url
        self.disk = disk
        let read = disk.contents(of: url).flatMap { try? JSONDecoder().decode([String: Int].self, from: Data($0)) }
        positions = Mutex(read ?? [:])
    }

    private static func key(_ cursor: EventCursor) -> String { "\(cursor.stream.rawValue)/\(cursor.name)" }

    func position(of cursor: EventCursor) throws(EventLogError) -> Int { positions.withLock { $0[Self.key(cursor)] ?? 0 } }

    func move(_ cursor: EventCursor, to sequence: Int) throws(EventLogError) {
        let result = positions.withLock { positions in
            Result {
                var changed = positions
                changed[Self.key(cursor)] = sequence
                try disk.replace(url, with: Array(JSONEncoder().encode(changed)))
                positions = changed
            }
        }
        do { try result.get() } catch { throw EventLogError(.storage, "\(url.path) cannot be written: \(error.localizedDescription)") }
    }
}
