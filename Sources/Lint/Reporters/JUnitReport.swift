import Rego

/// JUnit's XML: a suite a file, a failed test a finding.
enum JUnitReport {
    static func text(_ report: LintReport) -> String {
        let files = Dictionary(grouping: report.findings) { $0.location.file }.sorted { $0.key < $1.key }
        return JUnitDocument(name: "verdict lint", suites: files.map { file, findings in (file, findings.map { testCase($0, in: file) }) }).text
    }

    private static func testCase(_ finding: Finding, in file: String) -> JUnitDocument.Case {
        JUnitDocument.Case(
            name: "\(finding.category.rawValue)/\(finding.rule)", className: "\(file):\(finding.location.row):\(finding.location.column)",
            outcome: .failure(type: finding.level.rawValue, message: finding.message, text: finding.line))
    }
}
