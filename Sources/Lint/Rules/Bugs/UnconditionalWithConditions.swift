import Rego

extension LintRule {
    static let unconditionalWithConditions = LintRule(
        .bugs, "Definition without conditions beside others that have some",
        why: "It holds always, so the others change nothing, or conflict with it. What holds where nothing else does is a `default`.",
        finds: ["allow := true if input.admin\n\n↓allow := false", "f(x) := 1 if x > 2\n\n↓f(_) := 0"],
        accepts: ["default allow := false\n\nallow if input.admin", "n := input.n\n\nn := 1 if not input.n", "deny contains \"a\"\n\ndeny contains \"b\" if input.x", "f(1) := 1\n\nf(x) := 2 if x > 1"]
    ) { file, report in
        let conditional = Set(file.module.rules.filter { !$0.isDefault && !$0.hasNoBody && $0.head.key == nil }.map(\.dottedName))
        for rule in file.module.rules where rule.isUnconditionalConstant && conditional.contains(rule.dottedName) { report(rule.location) }
    }
}
