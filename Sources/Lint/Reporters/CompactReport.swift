import Rego

/// A line a finding: `file:row:column: level: message [category/rule]`, as compilers write them.
enum CompactReport {
    static func text(_ report: LintReport) -> String {
        report.findings.map { finding in
            let place = finding.location
            return "\(place.file):\(place.row):\(place.column): \(finding.level.rawValue): \(finding.message) [\(finding.category.rawValue)/\(finding.rule)]\n"
        }.joined() + report.summary + "\n"
    }
}
