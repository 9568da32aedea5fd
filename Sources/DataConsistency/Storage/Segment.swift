import FaultInjection
import Foundation
import GRDB
import Synchronization

/// A file of a partition: events that follow each other, in SQLite. The last one of a partition is written; the others are sealed.
///
/// One thread writes; any may read, through a connection of its own.
final class Segment: Sendable {
    /// The sequence of its first event, which the file is named after.
    let first: Int
    let url: URL
    private let disk: any Disk
    /// What stays the same while a file is written and renamed.
    private let number: Mutex<Int?>
    /// Opened when they are first needed: a sealed segment has no writer, so that it stays one file.
    private let writer: Mutex<DatabaseQueue?>
    private let reader = Mutex<DatabaseQueue?>(nil)

    /// Sequences that damage took.
    struct Loss: Sendable, Hashable {
        var range: ClosedRange<Int>
        /// Nanoseconds since 1970.
        var time: Int64
        var reason: String
    }

    static let pathExtension = "sqlite"

    static func url(in folder: URL, first: Int) -> URL {
        let digits = String(first)
        return folder.appendingPathComponent(String(repeating: "0", count: max(0, 20 - digits.count)) + digits).appendingPathExtension(pathExtension)
    }

    /// Nil where the file is no segment.
    static func first(of url: URL) -> Int? {
        url.pathExtension == pathExtension ? Int(url.deletingPathExtension().lastPathComponent) : nil
    }

    private init(first: Int, url: URL, on disk: any Disk, writer: DatabaseQueue) {
        self.first = first
        self.url = url
        self.disk = disk
        self.writer = Mutex(writer)
        number = Mutex(disk.number(of: url))
    }

    /// Whether the file is not, or not any more, what is open.
    var isGone: Bool { disk.number(of: url) != number.withLock { $0 } }

    /// Makes the file of a segment whose first event will have a sequence.
    ///
    /// - Parameters:
    ///   - before: the digest of the event before it.
    static func create(in folder: URL, first: Int, before: EventDigest, on disk: any Disk) throws -> Segment {
        let url = url(in: folder, first: first), new = url.appendingPathExtension("new")
        try remove(new, on: disk)
        // A file of this name has its tables, whenever the process ends.
        let segment = try create(at: new, first: first, before: before, on: disk)
        defer { segment.close() }
        try segment.seal()
        try disk.rename(new, to: url)
        return try Segment(opening: url, on: disk)
    }

    static func create(at url: URL, first: Int, before: EventDigest, on disk: any Disk) throws -> Segment {
        try disk.write([], to: url)
        let writer = try DatabaseQueue(path: url.path, configuration: configuration())
        try writer.write { database in
            try SegmentSchema.create(in: database)
            for (key, value) in [("format", "\(SegmentSchema.format)"), ("first", "\(first)"), ("before", "\(before)")] {
                try database.execute(sql: "INSERT INTO segment VALUES (?, ?)", arguments: [key, value])
            }
        }
        return Segment(first: first, url: url, on: disk, writer: writer)
    }

    /// - Throws: where the file is no segment, or damaged so that SQLite does not read it.
    init(opening url: URL, on disk: any Disk) throws {
        guard let first = Self.first(of: url) else { throw EventLogError(.damaged, "\(url.path) is no segment") }
        guard disk.exists(url) else { throw EventLogError(.storage, "\(url.path) is not there") }
        self.first = first
        self.url = url
        self.disk = disk
        writer = Mutex(nil)
        number = Mutex(disk.number(of: url))
        let format = try read { try String.fetchOne($0, sql: "SELECT value FROM segment WHERE key = 'format'") }
        guard let format else { throw EventLogError(.damaged, "it does not say its format") }
        guard format == "\(SegmentSchema.format)" else {
            throw EventLogError(.invalid, "\(url.path) has the format '\(format)', and this program reads \(SegmentSchema.format)")
        }
    }

    /// Whether an error means that the bytes of the file are wrong, and not that the disk or another process is in the way.
    static func isDamage(_ error: any Error) -> Bool {
        if let error = error as? EventLogError { return error.code == .damaged }
        guard let error = error as? DatabaseError else { return false }
        let isShort = error.extendedResultCode == .SQLITE_IOERR_SHORT_READ
        return isShort || [.SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT, .SQLITE_ERROR, .SQLITE_MISMATCH].contains(error.resultCode)
    }

    static let pageSize = 4096

    private static func configuration(readOnly: Bool = false) -> GRDB.Configuration {
        var configuration = GRDB.Configuration()
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA page_size = \(pageSize)")
            if readOnly {
                try database.execute(sql: "PRAGMA query_only = 1")
            } else {
                // A file that could not be switched keeps a rollback journal, whose removal no commit waits for: a loss of power would undo what was committed.
                guard try switchJournal(of: database, to: "wal") else { throw EventLogError(.storage, "it cannot be switched to a write-ahead log") }
                // A commit returns when it is on the disk.
                try database.execute(sql: "PRAGMA synchronous = FULL; PRAGMA cell_size_check = ON")
            }
        }
        return configuration
    }

    /// Whether the file has that journal now. The statement is read to its end: before, it has only been tried.
    private static func switchJournal(of database: Database, to mode: String) throws -> Bool {
        try String.fetchAll(database, sql: "PRAGMA journal_mode = \(mode)") == [mode]
    }

    // MARK: Writing

    private func write<Result>(_ body: (Database) throws -> Result) throws -> Result {
        let writer = try writer.withLock { writer in
            if let writer { return writer }
            let made = try DatabaseQueue(path: url.path, configuration: Self.configuration())
            writer = made
            return made
        }
        return try writer.writeWithoutTransaction(body)
    }

    /// What a transaction may do.
    struct Writing {
        fileprivate let database: Database
        fileprivate let insertion: Statement

        /// False where an event of this identifier is there.
        func append(_ event: Event) throws -> Bool {
            insertion.setUncheckedArguments(SegmentSchema.arguments(event))
            try insertion.execute()
            return database.changesCount > 0
        }

        func event(_ id: EventIdentifier) throws -> Event? { try Segment.event(id, in: database) }
    }

    /// Runs insertions in one transaction, which is on the disk when this returns.
    func commit(_ insert: (Writing) throws -> Void) throws {
        try disk.chaos?.operating(.write, on: url.path)
        do {
            try write { database in
                try database.inTransaction(.immediate) {
                    try insert(Writing(database: database, insertion: database.cachedStatement(sql: SegmentSchema.insertion + " ON CONFLICT(id) DO NOTHING")))
                    try disk.chaos?.operating(.synchronize, on: url.path)
                    return .commit
                }
            }
        } catch {
            // Whatever state the connection is in, the next one begins with what is on the disk.
            if !isGone { Self.close(writer) }
            throw error
        }
    }

    func add(_ loss: Loss) throws {
        try write { database in
            try database.execute(
                sql: "INSERT OR REPLACE INTO lost VALUES (?, ?, ?, ?)", arguments: [loss.range.lowerBound, loss.range.upperBound, loss.time, loss.reason])
        }
    }

    /// Gathers all in one file that is not written any more.
    ///
    /// - Throws: where it is in two files still, also because somebody reads it at the moment. It is as good then, but for another name.
    func seal() throws {
        defer { Self.close(writer) }
        try write { database in
            try database.checkpoint(.truncate)
            guard try Self.switchJournal(of: database, to: "delete") else { throw EventLogError(.storage, "it is read at the moment") }
        }
    }

    /// Gives room back that nothing uses, and takes the write-ahead log in.
    func compact() throws {
        try write { database in
            try database.execute(sql: "VACUUM")
            try database.checkpoint(.truncate)
        }
    }

    /// Makes the file again of what is open, where it is gone.
    func writeAnew() throws {
        let new = url.appendingPathExtension("new")
        try Self.remove(new, on: disk)
        try write { try $0.execute(sql: "VACUUM INTO ?", arguments: [new.path]) }
        close()
        try Self.remove(url, on: disk)
        try disk.rename(new, to: url)
        number.withLock { $0 = disk.number(of: url) }
    }

    func close() {
        Self.close(reader)
        Self.close(writer)
    }

    private static func close(_ connection: borrowing Mutex<DatabaseQueue?>) {
        try? connection.withLock { connection in
            try connection?.close()
            connection = nil
        }
    }

    // MARK: Reading

    private func read<Result>(_ body: (Database) throws -> Result) throws -> Result {
        let connection = try reader.withLock { reader in
            if let reader { return reader }
            let made = try DatabaseQueue(path: url.path, configuration: Self.configuration(readOnly: true))
            reader = made
            return made
        }
        return try connection.read(body)
    }

    /// - Parameter streams: of the events; nil for all.
    func events(from sequence: Int, limit: Int, in streams: [EventStream]? = nil) throws -> [Event] {
        try read { database in
            let condition = streams.map { " AND stream IN (\($0.map { "'\($0.rawValue)'" }.joined(separator: ", ")))" } ?? ""
            let rows = try Row.fetchCursor(
                database, sql: "SELECT \(SegmentSchema.columns) FROM events WHERE sequence >= ?\(condition) ORDER BY sequence LIMIT ?", arguments: [sequence, limit])
            var events: [Event] = []
            while let row = try rows.next() {
                guard let event = SegmentSchema.event(row) else { throw EventLogError(.damaged, "\(url.path) has a row that is no event") }
                events.append(event)
            }
            return events
        }
    }

    /// Calls a function with the payload of each event whose sequence lies in a range, in order and without copying it.
    func payloads(_ range: ClosedRange<Int>, _ body: (_ sequence: Int, _ payload: Data) throws -> Void) throws {
        // A connection of its own: several threads read at once.
        let connection = try DatabaseQueue(path: url.path, configuration: Self.configuration(readOnly: true))
        defer { try? connection.close() }
        try connection.read { database in
            let rows = try Row.fetchCursor(
                database, sql: "SELECT sequence, payload FROM events WHERE sequence BETWEEN ? AND ? ORDER BY sequence", arguments: [range.lowerBound, range.upperBound])
            while let row = try rows.next() {
                let sequence: Int = row[0]
                try row.withUnsafeData(atIndex: 1) { try body(sequence, $0 ?? Data()) }
            }
        }
    }

    func event(_ id: EventIdentifier) throws -> Event? { try read { try Self.event(id, in: $0) } }

    private static func event(_ id: EventIdentifier, in database: Database) throws -> Event? {
        try Row.fetchOne(database, sql: "SELECT \(SegmentSchema.columns) FROM events WHERE id = ?", arguments: [SegmentSchema.blob(id)]).flatMap { SegmentSchema.event($0) }
    }

    /// The greatest identifier; nil where there is no event.
    func lastIdentifier() throws -> EventIdentifier? {
        try read { try Data.fetchOne($0, sql: "SELECT max(id) FROM events").map { SegmentSchema.identifier($0) } }
    }

    func lastEvent() throws -> Event? {
        try read { try Row.fetchOne($0, sql: "SELECT \(SegmentSchema.columns) FROM events ORDER BY sequence DESC LIMIT 1").flatMap { SegmentSchema.event($0) } }
    }

    func times() throws -> [(sequence: Int, time: Int64)] {
        try read { database in
            let rows = try Row.fetchCursor(database, sql: "SELECT sequence, time FROM events ORDER BY sequence")
            var times: [(sequence: Int, time: Int64)] = []
            while let row = try rows.next() { times.append((row[0], row[1])) }
            return times
        }
    }

    func count() throws -> Int { try read { try Int.fetchOne($0, sql: "SELECT count(*) FROM events") ?? 0 } }

    func losses() throws -> [Loss] {
        try read { database in
            try Row.fetchAll(database, sql: "SELECT first, last, time, reason FROM lost ORDER BY first").compactMap { row in
                let first: Int = row[0], last: Int = row[1]
                return first <= last ? Loss(range: first...last, time: row[2], reason: row[3]) : nil
            }
        }
    }

    /// The digest of the event before the first.
    func before() throws -> EventDigest? {
        try read { try String.fetchOne($0, sql: "SELECT value FROM segment WHERE key = 'before'").flatMap { EventDigest($0) } }
    }

    /// What SQLite finds wrong with the file; nil for nothing.
    func structuralProblem() throws -> String? {
        let found = try read { try String.fetchOne($0, sql: "PRAGMA integrity_check(1)") }
        return found == "ok" ? nil : found
    }

    /// Of the file, and of the write-ahead log.
    var bytes: Int {
        ["", "-wal"].reduce(0) { sum, suffix in
            sum + (disk.size(of: URL(fileURLWithPath: url.path + suffix)) ?? 0)
        }
    }

    /// The files that make up a segment.
    static func files(of url: URL) -> [URL] { ["", "-wal", "-shm", "-journal"].map { URL(fileURLWithPath: url.path + $0) } }

    static func remove(_ url: URL, on disk: any Disk) throws {
        for file in files(of: url) where disk.exists(file) { try disk.remove(file) }
    }
}
