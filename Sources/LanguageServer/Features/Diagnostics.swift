import Lint
import Rego

extension ProtocolDiagnostic {
    /// What the linter found.
    init(_ finding: Finding, in text: DocumentText) {
        let start = min(finding.location.offset, text.end)
        let line = text.line(text.lineNumber(at: start))
        let end = max(start, min(start + finding.location.length, line.upperBound))
        self.init(
            range: text.range(start..<end), severity: finding.level == .error ? .warning : .information, code: finding.rule,
            source: "verdict lint", message: finding.message)
    }
}
