import Rego

extension LintRule {
    static let untestedRule = LintRule(
        .testing, "Rule that no test asks for",
        why: "Nobody notices when it stops doing what it should.",
        isOptional: true,
        finds: ["# file: door.rego\npackage door\n\n↓open if input.x\n# file: door_test.rego\npackage door_test\n\ntest_other if not data.door.shut\n"],
        accepts: ["# file: door.rego\npackage door\n\nopen if input.x\n# file: door_test.rego\npackage door_test\n\ntest_open if data.door.open", "open if input.x"]
    ) { file, report in
        guard report.project.hasTests, !file.isTest else { return }
        var known: Set<String> = []
        for rule in file.module.rules where !rule.isDefault && !rule.isTest && !rule.head.name.hasPrefix("_") {
            let path = "\(file.packageName).\(rule.dottedName)"
            if known.insert(path).inserted, !report.project.references.contains(path) { report(rule.head.location) }
        }
    }
}
