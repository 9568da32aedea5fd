import Rego

extension LintRule {
    static let untestedInput = LintRule(
        .testing, "Field of the input that no test sets",
        why: "Tests never reach the condition as it is in earnest. Give the field a value in a test.",
        isOptional: true,
        finds: ["# file: door.rego\npackage door\n\nopen if ↓input.badge == \"gold\"\n# file: door_test.rego\npackage door_test\n\ntest_open if not data.door.open with input as {\"name\": \"a\"}"],
        accepts: ["# file: door.rego\npackage door\n\nopen if input.badge == \"gold\"\n# file: door_test.rego\npackage door_test\n\ntest_open if data.door.open with input as {\"badge\": \"gold\"}", "open if input.badge"]
    ) { file, report in
        guard report.project.hasTests, !file.isTest else { return }
        var known: Set<String> = []
        for site in file.refs where site.ref.head.variableName == "input" {
            guard let field = site.ref.path.last(where: { $0.stringValue != nil })?.stringValue, !report.project.testedInput.contains(field) else { continue }
            if known.insert(field).inserted { report(site.location, field) }
        }
    }
}
