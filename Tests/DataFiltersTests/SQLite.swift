import GRDB

/// A SQLite database in memory.
struct SQLite {
    private let database: DatabaseQueue

    init() throws { database = try DatabaseQueue() }

    func run(_ sql: String) throws {
        try database.write { try $0.execute(sql: sql) }
    }

    func integers(_ query: String) throws -> [Int] {
        try database.read { try Int.fetchAll($0, sql: query) }
    }
}
