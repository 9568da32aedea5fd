import Rego

extension LintRule {
    static let zeroArityFunction = LintRule(
        .bugs, "Function without arguments",
        why: "`f() := 1` is a rule, not a function, and is asked for as `f`. Leave the parentheses out.",
        finds: ["↓f() := 1"],
        accepts: ["f := 1", "f(x) := x"]
    ) { file, report in
        for rule in file.module.rules where rule.head.arguments == nil {
            if file.text(rule.head.location).hasPrefix("\(rule.head.name)()") { report(rule.head.location) }
        }
    }
}
