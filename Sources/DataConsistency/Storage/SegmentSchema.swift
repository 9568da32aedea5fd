import Foundation
import GRDB

/// The tables of a segment's file.
///
/// Their statements run in this order in an empty file, so that the first page of all segments is alike: `SegmentSalvage` counts on it.
enum SegmentSchema {
    static let format = 1

    static func create(in database: Database) throws {
        try database.execute(sql: """
            CREATE TABLE events(sequence INTEGER PRIMARY KEY, id BLOB NOT NULL, stream TEXT NOT NULL, time INTEGER NOT NULL, type TEXT NOT NULL,
                version INTEGER NOT NULL, causation BLOB, correlation TEXT, payload BLOB NOT NULL, previous BLOB NOT NULL, digest BLOB NOT NULL);
            CREATE UNIQUE INDEX events_id ON events(id);
            CREATE TABLE segment(key TEXT PRIMARY KEY, value) WITHOUT ROWID;
            CREATE TABLE lost(first INTEGER PRIMARY KEY, last INTEGER NOT NULL, time INTEGER NOT NULL, reason TEXT NOT NULL);
            """)
    }

    static let insertion = """
        INSERT INTO events(sequence, id, stream, time, type, version, causation, correlation, payload, previous, digest)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """

    static func arguments(_ event: Event) -> StatementArguments {
        [
            event.sequence, blob(event.id), event.stream.rawValue, event.time, event.type, event.version, event.causation.map(blob), event.correlation,
            Data(event.payload), Data(event.previous.bytes), Data(event.digest.bytes),
        ]
    }

    static func blob(_ id: EventIdentifier) -> Data { Data(id.high.bigEndianBytes + id.low.bigEndianBytes) }

    static let columns = "sequence, id, stream, time, type, version, causation, correlation, payload, previous, digest"

    /// The event of a row of all `columns`; nil where the row is none.
    static func event(_ row: Row) -> Event? {
        func integer(_ position: Int) -> Int64? { Int64.fromDatabaseValue(row[position]) }
        func text(_ position: Int) -> String? { String.fromDatabaseValue(row[position]) }
        func bytes(_ position: Int) -> Data? { Data.fromDatabaseValue(row[position]) }
        guard let sequence = integer(0), let id = bytes(1), id.count == 16, let stream = text(2).flatMap(EventStream.init), let time = integer(3),
            let type = text(4), let version = integer(5), let payload = bytes(8), let previous = bytes(9).flatMap({ EventDigest(bytes: $0) }),
            let digest = bytes(10).flatMap({ EventDigest(bytes: $0) })
        else { return nil }
        return Event(
            id: identifier(id), stream: stream, sequence: Int(sequence), time: time, type: type, version: Int(version),
            causation: bytes(6).map { identifier($0) }, correlation: text(7), payload: Array(payload), previous: previous, digest: digest)
    }

    static func identifier(_ bytes: some Collection<UInt8>) -> EventIdentifier {
        EventIdentifier(high: UInt64(bigEndianBytes: bytes.prefix(8)), low: UInt64(bigEndianBytes: bytes.dropFirst(8)))
    }
}
