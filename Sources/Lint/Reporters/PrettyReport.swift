import Rego

/// For people: the message, the line, and a caret under the place.
struct PrettyReport {
    let colors: Bool

    func text(_ report: LintReport) -> String {
        report.findings.map(text).joined() + report.summary + "\n"
    }

    private func text(_ finding: Finding) -> String {
        let heading = "\(paint(finding.level.rawValue, finding.level == .error ? "31" : "33")): \(finding.message) \(paint("[\(finding.category.rawValue)/\(finding.rule)]", "36"))\n"
        return heading + SourceExcerpt(finding.location, line: finding.line).text { paint($0, "31") } + "\n"
    }

    private func paint(_ text: String, _ color: String) -> String { colors ? "\u{1b}[\(color)m\(text)\u{1b}[0m" : text }
}
