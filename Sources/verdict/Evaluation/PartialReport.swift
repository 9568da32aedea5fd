import Rego

/// How `verdict eval --partial` prints what is left.
enum PartialReport {
    static func text(_ result: PartialResult, _ format: Eval.Format) -> String {
        switch format {
        case .source: return source(result)
        case .pretty: return pretty(result)
        default:
            if result.queries.isEmpty { return Value.object([]).prettyJSON() + "\n" }
            return Value.makeObject([("partial", result.document)]).prettyJSON() + "\n"
        }
    }

    private static func source(_ result: PartialResult) -> String {
        let queries = result.queryTexts.enumerated().map { "# Query \($0.offset + 1)\n\($0.element)\n" }
        let modules = result.supportTexts.enumerated().map { "# Module \($0.offset + 1)\n\($0.element)" }
        return (queries + modules).joined(separator: "\n")
    }

    private static func pretty(_ result: PartialResult) -> String {
        if result.queries.isEmpty { return "undefined\n" }
        let parts = result.queryTexts.enumerated().map { ("Query \($0.offset + 1)", $0.element) }
            + result.supportTexts.enumerated().map { ("Support \($0.offset + 1)", $0.element) }
        let cells = parts.map { name, text in (name, lines(text)) }
        let left = cells.map(\.0.count).max() ?? 0, right = cells.flatMap(\.1).map(\.count).max() ?? 0
        let line = "+" + String(repeating: "-", count: left + 2) + "+" + String(repeating: "-", count: right + 2) + "+\n"
        return line + cells.map { name, lines in
            lines.enumerated().map { position, text in
                "| \(padded(position == 0 ? name : "", left)) | \(padded(text, right)) |\n"
            }.joined() + line
        }.joined()
    }

    private static func lines(_ text: String) -> [String] {
        var lines = text.replacing("\t", with: "  ").split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        while lines.count > 1, lines.last == "" { lines.removeLast() }
        return lines
    }

    private static func padded(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: width - text.count) }
}
