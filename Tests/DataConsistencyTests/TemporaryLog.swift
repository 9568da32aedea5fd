import DataConsistency
import Foundation
import Support

/// An event log in a folder of its own.
struct TemporaryLog {
    let folder: TemporaryFolder
    let settings: SQLiteEventLog.Settings

    init(segmentEvents: Int = .max, retention: [EventPartition: Retention] = [:]) throws {
        folder = try TemporaryFolder()
        var settings = SQLiteEventLog.Settings()
        settings.lossWindow = .zero
        settings.segmentEvents = segmentEvents
        settings.retention = retention
        self.settings = settings
    }

    var url: URL { folder.url.appendingPathComponent("events") }

    func open() throws -> SQLiteEventLog { try SQLiteEventLog(at: url, settings) }

    /// The files of a partition's segments, with their write-ahead logs.
    func files(of partition: EventPartition) throws -> [URL] {
        let folder = url.appendingPathComponent(partition.rawValue)
        return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { ["sqlite", "sqlite-wal"].contains($0.pathExtension) }.sorted { $0.path < $1.path }
    }
}

extension EventDraft {
    /// One with a number in its payload, and so many more bytes.
    static func numbered(_ number: Int, in stream: EventStream = .policy, padding: Int = 0) -> EventDraft {
        EventDraft("test.numbered", in: stream, at: Int64(number), payload: Array("{\"number\":\(number),\"text\":\"\(String(repeating: "x", count: padding))\"}".utf8))
    }
}
