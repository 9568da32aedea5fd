import Rego

/// How `verdict eval` prints a result.
enum ResultFormat {
    static func text(_ result: QueryResult, _ format: Eval.Format, _ analysis: Analysis = Analysis()) -> String {
        switch format {
        case .json:
            // Keys stand in OPA's order, so the object is written by hand.
            var members = analysis.documents.map { ($0.name, indented($0.value, 2)) }
            if !result.solutions.isEmpty { members.insert(("result", solutions(result)), at: 0) }
            if members.isEmpty { return "{}\n" }
            return "{\n" + members.map { "  \"\($0.0)\": \($0.1)" }.joined(separator: ",\n") + "\n}\n"
        case .raw:
            return result.solutions.map { solution in
                solution.expressions.map { expression in
                    if case .string(let text) = expression.value { text } else { String(decoding: expression.value.json(), as: UTF8.self) }
                }.joined(separator: " ") + "\n"
            }.joined()
        case .values: return result.solutions.map { Value.array($0.expressions.map(\.value)).prettyJSON() + "\n" }.joined()
        case .bindings: return result.solutions.map { bindings($0).prettyJSON() + "\n" }.joined()
        case .pretty, .source: return analysis.lines.map { $0 + "\n" }.joined() + pretty(result) + analysis.tables
        }
    }

    private static func solutions(_ result: QueryResult) -> String {
        let solutions = result.solutions.map { solution in
            let expressions = solution.expressions.map { expression in
                """
                    {
                      "value": \(indented(expression.value, 10)),
                      "text": \(Value.string(expression.text).prettyJSON()),
                      "location": {
                        "row": \(expression.location.row),
                        "col": \(expression.location.column)
                      }
                    }
                """.split(separator: "\n").map { "    " + $0 }.joined(separator: "\n")
            }.joined(separator: ",\n")
            var text = "    {\n      \"expressions\": [\n\(expressions)\n      ]"
            if !solution.bindings.isEmpty { text += ",\n      \"bindings\": \(indented(bindings(solution), 6))" }
            return text + "\n    }"
        }.joined(separator: ",\n")
        return "[\n\(solutions)\n  ]"
    }

    private static func indented(_ value: Value, _ spaces: Int) -> String {
        value.prettyJSON().split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\n" + String(repeating: " ", count: spaces))
    }

    private static func bindings(_ solution: QueryResult.Solution) -> Value {
        .makeObject(solution.bindings.map { (.string($0.name), $0.value) })
    }

    private static func pretty(_ result: QueryResult) -> String {
        guard let first = result.solutions.first else { return "undefined\n" }
        if result.solutions.count == 1, first.bindings.isEmpty, first.expressions.count == 1 { return first.expressions[0].value.prettyJSON() + "\n" }
        if result.solutions.count == 1, first.bindings.isEmpty, first.expressions.allSatisfy({ $0.value == .boolean(true) }) { return "true\n" }
        let names = first.bindings.map(\.name)
        let shown = first.expressions.indices.filter { position in result.solutions.contains { $0.expressions[position].value != .boolean(true) } }
        var rows = [names + shown.map { first.expressions[$0].text }]
        for solution in result.solutions {
            rows.append((solution.bindings.map(\.value) + shown.map { solution.expressions[$0].value }).map { String(decoding: $0.json(), as: UTF8.self) })
        }
        return table(rows)
    }

    /// Columns within lines of `-` and `|`; the first row is the heading.
    static func table(_ rows: [[String]]) -> String {
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        let line = "+" + widths.map { String(repeating: "-", count: $0 + 2) }.joined(separator: "+") + "+\n"
        func text(_ row: [String], centred: Bool) -> String {
            "|" + zip(row, widths).map { cell, width in
                let missing = width - cell.count
                let left = centred ? (missing + 1) / 2 : 0
                return " " + String(repeating: " ", count: left) + cell + String(repeating: " ", count: missing - left) + " "
            }.joined(separator: "|") + "|\n"
        }
        return line + text(rows[0], centred: true) + line + rows.dropFirst().map { text($0, centred: false) }.joined() + line
    }
}
