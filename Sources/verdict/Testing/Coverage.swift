import Rego

/// Which lines of the policies the tests reached: rule heads and literals.
struct Coverage {
    struct FileCoverage {
        var covered: [Int] = []
        var missed: [Int] = []
    }

    private(set) var files: [(name: String, lines: FileCoverage)] = []

    init(modules: [Module], reached: Set<Observer.Line>) {
        for module in modules {
            var rows: Set<Int> = []
            for rule in module.rules { Self.collect(rule, into: &rows) }
            var lines = FileCoverage()
            for row in rows.sorted() {
                if reached.contains(Observer.Line(file: module.file, row: row)) { lines.covered.append(row) } else { lines.missed.append(row) }
            }
            files.append((module.file, lines))
        }
    }

    private static func collect(_ rule: Rule, into rows: inout Set<Int>) {
        rows.insert(rule.head.location.row)
        for expression in rule.body where !expression.isGenerated && expression.location.row > 0 { rows.insert(expression.location.row) }
        for branch in rule.elseRule { collect(branch, into: &rows) }
    }

    private static func percentage(_ covered: Int, _ missed: Int) -> Double {
        covered + missed == 0 ? 0 : 100 * Double(covered) / Double(covered + missed)
    }

    private var coveredCount: Int { files.reduce(0) { $0 + $1.lines.covered.count } }
    private var missedCount: Int { files.reduce(0) { $0 + $1.lines.missed.count } }

    /// 0 to 100.
    var percentage: Double { Self.percentage(coveredCount, missedCount) }

    /// OPA's coverage document.
    var document: Value {
        [
            "files": .makeObject(files.map { (.string($0.name), Self.document($0.lines)) }),
            "covered_lines": .number(Number(coveredCount)),
            "not_covered_lines": .number(Number(missedCount)),
            "coverage": Self.number(percentage),
        ]
    }

    private static func document(_ lines: FileCoverage) -> Value {
        var fields: [(Value, Value)] = []
        if !lines.covered.isEmpty {
            fields.append(("covered", ranges(lines.covered)))
            fields.append(("covered_lines", .number(Number(lines.covered.count))))
        }
        if !lines.missed.isEmpty {
            fields.append(("not_covered", ranges(lines.missed)))
            fields.append(("not_covered_lines", .number(Number(lines.missed.count))))
        }
        fields.append(("coverage", number(percentage(lines.covered.count, lines.missed.count))))
        return .makeObject(fields)
    }

    private static func number(_ value: Double) -> Value {
        .number(value == value.rounded() ? Number(Int(value)) : Number(literal: "\(value)") ?? Number(0))
    }

    /// Rows that follow each other as one range.
    private static func ranges(_ rows: [Int]) -> Value {
        var ranges: [(Int, Int)] = []
        for row in rows {
            if let last = ranges.last, last.1 + 1 == row { ranges[ranges.count - 1].1 = row } else { ranges.append((row, row)) }
        }
        func place(_ row: Int) -> Value { ["row": .number(Number(row))] }
        return .array(ranges.map { ["start": place($0.0), "end": place($0.1)] })
    }
}
