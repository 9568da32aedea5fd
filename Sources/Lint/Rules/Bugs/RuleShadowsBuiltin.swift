import Rego

extension LintRule {
    static let ruleShadowsBuiltin = LintRule(
        .bugs, "Rule with the name of a built-in function",
        why: "In the package the built-in can no longer be called by that name.",
        finds: ["↓startswith := {\"a\"}", "↓time := 12"],
        accepts: ["starts := {\"a\"}"]
    ) { file, report in
        for rule in file.module.rules where BuiltinNames.first.contains(rule.head.name) { report(rule.head.location) }
    }
}
