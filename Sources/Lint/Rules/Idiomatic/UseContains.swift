import Rego

extension LintRule {
    static let useContains = LintRule(
        .idiomatic, "Multi-value rule without `contains`",
        why: "`names contains x if …` says that the rule makes a set; `names[x] { … }` looks like an object.",
        version: .v0,
        finds: ["import future.keywords\n\n↓names[x] { x := input.names[_] }"],
        accepts: ["import future.keywords\n\nnames contains x if { x := input.names[_] }"]
    ) { file, report in
        for rule in file.module.rules where rule.head.key != nil && rule.head.value == nil {
            if !file.text(rule.location).contains("contains") { report(rule.head.location) }
        }
    }
}
