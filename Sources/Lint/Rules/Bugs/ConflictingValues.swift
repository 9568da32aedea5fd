import Rego

extension LintRule {
    static let conflictingValues = LintRule(
        .bugs, "Rules that give one document different values under the same conditions",
        why: "Whenever both hold, evaluation ends with a conflict error. Give one of them another condition, or chain them with `else`.",
        finds: ["level := 1 if input.x\n\n↓level := 2 if input.x"],
        accepts: ["level := 1 if input.x\n\nlevel := 2 if not input.x", "level := 1 if input.x\n\nlevel := 1 if input.x"]
    ) { file, report in
        for (first, second) in file.siblings where first.body.regoText == second.body.regoText {
            guard first.head.key == nil, first.elseRule.isEmpty, second.elseRule.isEmpty, let a = first.head.constantValue, let b = second.head.constantValue, a != b else { continue }
            report(second.location)
        }
    }
}
