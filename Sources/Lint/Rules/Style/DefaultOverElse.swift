import Rego

extension LintRule {
    static let defaultOverElse = LintRule(
        .style, "`else` that gives a constant unconditionally",
        why: "A `default` says what holds where nothing else does, and stands where readers look for it.",
        finds: ["level := 2 if {\n\tinput.admin\n} ↓else := 1"],
        accepts: ["default level := 1\n\nlevel := 2 if input.admin", "level := 2 if {\n\tinput.admin\n} else := 1 if {\n\tinput.user\n}"]
    ) { file, report in
        for branch in file.branches where branch.isElse && branch.rule.hasNoBody && branch.rule.head.arguments == nil {
            if branch.rule.head.value?.isConstant == true { report(branch.rule.location) }
        }
    }
}
