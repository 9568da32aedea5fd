import Rego

/// How findings are printed.
public enum LintFormat: String, Sendable, CaseIterable {
    case pretty, compact, json, sarif, junit, github

    /// - Parameter colors: for terminals; `pretty` only.
    public func text(of report: LintReport, colors: Bool = false) -> String {
        switch self {
        case .pretty: PrettyReport(colors: colors).text(report)
        case .compact: CompactReport.text(report)
        case .json: JSONReport.document(report).prettyJSON() + "\n"
        case .sarif: SARIFReport.document(report).prettyJSON() + "\n"
        case .junit: JUnitReport.text(report)
        case .github: GitHubReport.text(report)
        }
    }
}

extension LintReport {
    /// `3 files linted. 2 violations found in 1 file.`
    var summary: String {
        func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
        let linted = "\(count(filesScanned, "file")) linted."
        return findings.isEmpty ? "\(linted) No violations found." : "\(linted) \(count(findings.count, "violation")) found in \(count(filesFailed, "file"))."
    }
}

extension Finding {
    /// The page about the rule.
    var page: String { "docs/lint/\(category.rawValue).md#\(rule)" }
}
