import Rego

/// Commands for GitHub's workflows, which show findings in the changed files.
enum GitHubReport {
    static func text(_ report: LintReport) -> String {
        report.findings.map { finding in
            let place = finding.location
            let properties = [
                "file=\(escaped(place.file, isProperty: true))", "line=\(place.row)", "col=\(place.column)",
                "title=\(escaped("\(finding.category.rawValue)/\(finding.rule)", isProperty: true))",
            ]
            return "::\(finding.level == .error ? "error" : "warning") \(properties.joined(separator: ","))::\(escaped(finding.message, isProperty: false))\n"
        }.joined() + report.summary + "\n"
    }

    private static func escaped(_ text: String, isProperty: Bool) -> String {
        text.map { character in
            switch character {
            case "%": "%25"
            case "\n", "\r\n": "%0A"
            case "\r": "%0D"
            case ":" where isProperty: "%3A"
            case "," where isProperty: "%2C"
            default: String(character)
            }
        }.joined()
    }
}
