import Foundation
import Synchronization

/// The positions of cursors in one small file, which is replaced whole.
final class CursorFile: Sendable {
    private let url: URL
    private let positions: Mutex<[String: Int]>

    init(_ url: URL) {
        self.url = url
        let read = FileManager.default.contents(atPath: url.path).flatMap { try? JSONDecoder().decode([String: Int].self, from: $0) }
        positions = Mutex(read ?? [:])
    }

    private static func key(_ cursor: EventCursor) -> String { "\(cursor.stream.rawValue)/\(cursor.name)" }

    func position(of cursor: EventCursor) throws(EventLogError) -> Int { positions.withLock { $0[Self.key(cursor)] ?? 0 } }

    func move(_ cursor: EventCursor, to sequence: Int) throws(EventLogError) {
        let result = positions.withLock { positions in
            Result {
                var changed = positions
                changed[Self.key(cursor)] = sequence
                let next = url.appendingPathExtension("new")
                try JSONEncoder().encode(changed).write(to: next)
                let handle = try FileHandle(forWritingTo: next)
                try handle.synchronize()
                try handle.close()
                guard rename(next.path, url.path) == 0 else { throw CocoaError(.fileWriteUnknown) }
                positions = changed
            }
        }
        do { try result.get() } catch { throw EventLogError(.storage, "\(url.path) cannot be written: \(error.localizedDescription)") }
    }
}
