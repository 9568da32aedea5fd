import DataFilters
import Foundation
import Rego
import Support
import Testing

/// Filters run by real databases give the rows that the policy allows when it is asked about each of them.
@Suite(.ownThread) struct DatabaseTests {
    /// A clause, the rows to run it on, and the rows that must come out.
    struct Example {
        var seed: UInt64
        var filter: RandomFilter
        var clause: String?
        var allowed: [Int]

        init(seed: UInt64, dialect: FilterDialect) throws {
            self.seed = seed
            filter = RandomFilter(seed: seed, usesPatterns: dialect == .postgresql)
            let snapshot = try PolicySnapshot(policies: [PolicySource(file: "filters.rego", text: filter.policy)])
            let user = Value.string("u\(seed % 3)")
            var options = PartialEvaluationOptions()
            options.unknowns = ["input.t"]
            let rest = try snapshot.partiallyEvaluate("data.filters.include", input: .value(["user": user]), options: options)
            clause = SQLFilter(dialect: dialect).text(try FilterTranslation.filter(rest, dialects: [dialect]))
            let query = try snapshot.prepare("data.filters.include = true")
            let rows = filter.rows
            allowed = try rows.indices.filter { try !query.evaluate(input: .value(["user": user, "t": rows[$0].document])).solutions.isEmpty }
        }

        /// `INSERT` of all rows; the clause is what is under test, so values are written plainly here.
        func inserts(_ literal: (Value) -> String) -> String {
            let rows = filter.rows.map { "(" + $0.fields.map { literal($0.value) }.joined(separator: ", ") + ")" }
            return "DELETE FROM t; INSERT INTO t VALUES \(rows.joined(separator: ", "));"
        }
    }

    /// Each takes some 20 ms of processor time, which tests about time need too; `VERDICT_POLICIES=600` runs more.
    private static let seeds = 1...(ProcessInfo.processInfo.environment["VERDICT_POLICIES"].flatMap { UInt64($0) } ?? 60)
    private static let columns = "id INTEGER, n INTEGER, m INTEGER, s TEXT, r TEXT, b BOOLEAN, o INTEGER"

    private static func literal(_ value: Value) -> String {
        switch value {
        case .boolean(let flag): flag ? "TRUE" : "FALSE"
        case .number: String(decoding: value.json(), as: UTF8.self)
        case .string(let text): "'\(text.replacing("'", with: "''"))'"
        default: "NULL"
        }
    }

    @Test func sqlite() throws {
        let database = try SQLite()
        try database.run("CREATE TABLE t (\(Self.columns))")
        var selected = 0, all = 0
        for seed in Self.seeds {
            let example = try Example(seed: seed, dialect: .sqlite)
            try database.run(example.inserts(Self.literal))
            let found = try example.clause.map { try database.integers("SELECT id FROM t \($0) ORDER BY id") } ?? []
            #expect(found == example.allowed, "seed \(seed): \(example.clause ?? "nothing")\n\(example.filter.policy)")
            selected += found.count
            all += example.filter.rows.count
        }
        // Filters that select nothing, or everything, would agree too easily.
        #expect(selected > all / 10 && selected < all * 9 / 10)
    }

    @Test(.enabled(if: PostgreSQL.isInstalled, "PostgreSQL is not installed"))
    func postgresql() throws {
        let server = try PostgreSQL()
        defer { server.stop() }
        var script = "SET standard_conforming_strings = on; CREATE TABLE t (\(Self.columns));\n"
        var examples: [Example] = []
        for seed in Self.seeds {
            let example = try Example(seed: seed, dialect: .postgresql)
            examples.append(example)
            script += example.inserts(Self.literal) + "\n"
            let select = example.clause.map { "SELECT coalesce(string_agg(id::text, ',' ORDER BY id), '') FROM t \($0)" } ?? "SELECT ''"
            script += "SELECT 'seed \(seed) ' || (\(select));\n"
        }
        let lines = try server.run(script).split(separator: "\n").filter { $0.hasPrefix("seed ") }
        #expect(lines.count == examples.count)
        for (line, example) in zip(lines, examples) {
            let wanted = "seed \(example.seed) " + example.allowed.map(String.init).joined(separator: ",")
            #expect(line == wanted, "\(example.clause ?? "nothing")\n\(example.filter.policy)")
        }
    }
}
