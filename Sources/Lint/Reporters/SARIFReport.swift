import Rego

/// SARIF 2.1.0 (OASIS), which code hosts and editors show beside the code.
enum SARIFReport {
    static func document(_ report: LintReport) -> Value {
        let rules = Dictionary(report.findings.map { ($0.rule, $0) }, uniquingKeysWith: { first, _ in first }).values.sorted { $0.rule < $1.rule }
        return [
            "version": "2.1.0",
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "runs": [
                [
                    "tool": ["driver": ["name": "verdict lint", "rules": .array(rules.map(descriptor))]],
                    "results": .array(report.findings.map(result)),
                ]
            ],
        ]
    }

    private static func descriptor(_ finding: Finding) -> Value {
        [
            "id": .string(finding.rule), "shortDescription": ["text": .string(finding.title)], "helpUri": .string(finding.page),
            "properties": ["category": .string(finding.category.rawValue)],
        ]
    }

    private static func result(_ finding: Finding) -> Value {
        let place = finding.location
        return [
            "ruleId": .string(finding.rule), "level": .string(finding.level.rawValue), "message": ["text": .string(finding.message)],
            "locations": [
                [
                    "physicalLocation": [
                        "artifactLocation": ["uri": .string(place.file)],
                        "region": [
                            "startLine": .number(Number(place.row)), "startColumn": .number(Number(max(1, place.column))),
                            "byteOffset": .number(Number(place.offset)), "byteLength": .number(Number(place.length)),
                        ],
                    ]
                ]
            ],
        ]
    }
}
