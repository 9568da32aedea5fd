import Rego

/// For people: the message, the line, and a caret under the place.
struct PrettyReport {
    let colors: Bool

    func text(_ report: LintReport) -> String {
        report.findings.map(text).joined() + report.summary + "\n"
    }

    private func text(_ finding: Finding) -> String {
        let place = finding.location
        let number = String(place.row)
        let margin = String(repeating: " ", count: number.utf8.count)
        let bytes = Array(finding.line.utf8)
        let start = min(max(0, place.column - 1), bytes.count)
        let length = max(1, min(place.length, bytes.count - start))
        // Tabs stay tabs, so that the caret stands below what it means.
        let before = String(decoding: bytes[..<start], as: UTF8.self)
        let indent = String(before.map { $0 == "\t" ? "\t" : " " })
        let marked = String(decoding: bytes[start..<min(start + length, bytes.count)], as: UTF8.self)
        let carets = String(repeating: "^", count: max(1, marked.count))
        return """
            \(paint(finding.level.rawValue, finding.level == .error ? "31" : "33")): \(finding.message) \(paint("[\(finding.category.rawValue)/\(finding.rule)]", "36"))
            \(margin)--> \(place.file):\(place.row):\(place.column)
            \(margin) |
            \(number) | \(finding.line)
            \(margin) | \(indent)\(paint(carets, "31"))


            """
    }

    private func paint(_ text: String, _ color: String) -> String { colors ? "\u{1b}[\(color)m\(text)\u{1b}[0m" : text }
}
