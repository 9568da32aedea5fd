import Crypto
import Foundation
import GRDB
import Synchronization

/// A key for each person whose data events hold. Destroying it makes the data unreadable wherever there are copies of the events.
///
/// The keys lie in a file of their own, which is not exported with the events. Several processes may use it.
public final class SubjectKeys: Sendable {
    struct Key: Sendable {
        var identifier: EventIdentifier
        var secret: SymmetricKey
    }

    private struct Known {
        var version = -1
        var bySubject: [String: Key] = [:]
        var byIdentifier: [EventIdentifier: Key?] = [:]
    }

    private let connection: DatabaseQueue
    private let known = Mutex(Known())

    /// - Throws: `EventLogError` with the code `storage` where the file cannot be used.
    public init(_ url: URL) throws(EventLogError) {
        do {
            try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            if !FileManager.default.fileExists(atPath: url.path) {
                _ = FileManager.default.createFile(atPath: url.path, contents: nil, attributes: [.posixPermissions: 0o600])
            }
            var configuration = GRDB.Configuration()
            configuration.busyMode = .timeout(5)
            // What is deleted is overwritten; and no loss of power brings it back, as a journal would whose removal was not forced to the disk.
            configuration.prepareDatabase { try $0.execute(sql: "PRAGMA secure_delete = ON; PRAGMA synchronous = EXTRA") }
            connection = try DatabaseQueue(path: url.path, configuration: configuration)
            try connection.write { database in
                try database.execute(sql: """
                    CREATE TABLE IF NOT EXISTS keys(id BLOB PRIMARY KEY, subject TEXT NOT NULL UNIQUE, secret BLOB NOT NULL, time INTEGER NOT NULL) WITHOUT ROWID
                    """)
            }
        } catch {
            throw EventLogError(.storage, "\(url.path): \(Partition.text(error))")
        }
    }

    /// The key of a person; made where there is none.
    ///
    /// - Parameter time: nanoseconds since 1970.
    func key(of subject: String, at time: Int64) throws(EventLogError) -> Key {
        try access { database, known in
            if let key = known.bySubject[subject] { return key }
            let row = try Row.fetchOne(database, sql: "SELECT id, secret FROM keys WHERE subject = ?", arguments: [subject])
            let key: Key
            if let row {
                key = Key(identifier: SegmentSchema.identifier(row[0] as Data), secret: SymmetricKey(data: row[1] as Data))
            } else {
                key = Key(identifier: .make(at: time), secret: SymmetricKey(size: .bits256))
                try database.execute(
                    sql: "INSERT INTO keys VALUES (?, ?, ?, ?)",
                    arguments: [SegmentSchema.blob(key.identifier), subject, key.secret.withUnsafeBytes { Data($0) }, time])
            }
            known.bySubject[subject] = key
            return key
        }
    }

    /// Nil for a key that was destroyed.
    func key(_ identifier: EventIdentifier) throws(EventLogError) -> Key? {
        try access { database, known in
            if let key = known.byIdentifier[identifier] { return key }
            let secret = try Data.fetchOne(database, sql: "SELECT secret FROM keys WHERE id = ?", arguments: [SegmentSchema.blob(identifier)])
            let key = secret.map { Key(identifier: identifier, secret: SymmetricKey(data: $0)) }
            known.byIdentifier[identifier] = .some(key)
            return key
        }
    }

    /// Destroys the key of a person.
    ///
    /// - Returns: false where there was none.
    public func forget(_ subject: String) throws(EventLogError) -> Bool {
        try access { database, known in
            known.bySubject[subject] = nil
            known.byIdentifier = [:]
            try database.execute(sql: "DELETE FROM keys WHERE subject = ?", arguments: [subject])
            return database.changesCount > 0
        }
    }

    /// What is remembered holds as long as no other process changes the file.
    private func access<Result: Sendable>(_ body: (Database, inout Known) throws -> Result) throws(EventLogError) -> Result {
        do {
            return try connection.write { database in
                let version = try Int.fetchOne(database, sql: "PRAGMA data_version") ?? -1
                return try known.withLock { known in
                    if known.version != version { known = Known(version: version) }
                    return try body(database, &known)
                }
            }
        } catch {
            throw EventLogError(.storage, "the keys of persons: \(Partition.text(error))")
        }
    }
}
