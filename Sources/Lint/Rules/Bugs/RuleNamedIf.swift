import Rego

extension LintRule {
    static let ruleNamedIf = LintRule(
        .bugs, "Rule named `if`",
        why: "Without `import rego.v1` the word after a rule's value is the name of another rule.",
        version: .v0,
        finds: ["allow := true\n\n↓if { input.x }"],
        accepts: ["allow := true { input.x }"]
    ) { file, report in
        for rule in file.module.rules where rule.head.name == "if" { report(rule.head.location) }
    }
}
