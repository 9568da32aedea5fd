import Rego

extension CoverageFormat {
    /// OPA's document, with `branches` beside what OPA says.
    static let json = CoverageFormat(name: "json") { $0.document(withBranches: true).prettyJSON() + "\n" }
}

extension Coverage {
    /// OPA's coverage document.
    ///
    /// - Parameter withBranches: adds `branches` to it and to each file: `covered`, `not_covered`, `coverage` in percent, and `missing`, the outcomes
    ///   that were not seen, by place.
    func document(withBranches: Bool) -> Value {
        let total = total
        var fields: [(Value, Value)] = [
            ("files", .makeObject(files.map { (.string($0.name), Self.document($0, withBranches)) })),
            ("covered_lines", .number(Number(total.lines.reached))),
            ("not_covered_lines", .number(Number(total.lines.all - total.lines.reached))),
            ("coverage", Self.number(total.linePercentage)),
        ]
        if withBranches { fields.append(("branches", .makeObject(Self.branches(total)))) }
        return .makeObject(fields)
    }

    private static func document(_ file: File, _ withBranches: Bool) -> Value {
        var fields: [(Value, Value)] = []
        let covered = file.lines.filter { $0.hits > 0 }.map(\.row), missed = file.lines.filter { $0.hits == 0 }.map(\.row)
        if !covered.isEmpty {
            fields.append(("covered", ranges(covered)))
            fields.append(("covered_lines", .number(Number(covered.count))))
        }
        if !missed.isEmpty {
            fields.append(("not_covered", ranges(missed)))
            fields.append(("not_covered_lines", .number(Number(missed.count))))
        }
        let total = file.total
        if !covered.isEmpty { fields.append(("coverage", number(total.linePercentage))) }
        if withBranches, total.branches.all > 0 {
            let unseen = file.lines.flatMap(\.literals).compactMap { literal in literal.missing.map { missing(literal.location, $0) } }
            fields.append(("branches", .makeObject(branches(total) + (unseen.isEmpty ? [] : [("missing", .array(unseen))]))))
        }
        return .makeObject(fields)
    }

    private static func branches(_ counts: Counts) -> [(Value, Value)] {
        [
            ("covered", .number(Number(counts.branches.reached))), ("not_covered", .number(Number(counts.branches.all - counts.branches.reached))),
            ("coverage", number(counts.branchPercentage)),
        ]
    }

    private static func missing(_ location: SourceLocation, _ outcomes: [String]) -> Value {
        ["row": .number(Number(location.row)), "col": .number(Number(location.column)), "outcomes": .array(outcomes.map { .string($0) })]
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
