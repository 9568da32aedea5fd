import Rego

/// Regal's document, so that what reads its reports reads these too.
enum JSONReport {
    static func document(_ report: LintReport) -> Value {
        [
            "violations": .array(report.findings.map(violation)),
            "notices": [],
            "summary": [
                "files_scanned": .number(Number(report.filesScanned)), "files_failed": .number(Number(report.filesFailed)),
                "rules_skipped": .number(Number(report.rulesSkipped)), "num_violations": .number(Number(report.findings.count)),
            ],
        ]
    }

    private static func violation(_ finding: Finding) -> Value {
        let place = finding.location
        return [
            "title": .string(finding.rule), "description": .string(finding.message), "category": .string(finding.category.rawValue), "level": .string(finding.level.rawValue),
            "related_resources": [["description": "documentation", "ref": .string(finding.page)]],
            "location": [
                "file": .string(place.file), "row": .number(Number(place.row)), "col": .number(Number(place.column)), "text": .string(finding.line),
                "end": end(of: finding),
            ],
        ]
    }

    /// Where the finding ends, at the latest at the end of its line.
    private static func end(of finding: Finding) -> Value {
        let column = min(finding.location.column + max(1, finding.location.length), finding.line.utf8.count + 1)
        return ["row": .number(Number(finding.location.row)), "col": .number(Number(column))]
    }
}
