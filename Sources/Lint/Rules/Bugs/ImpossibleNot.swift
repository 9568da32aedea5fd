import Rego

extension LintRule {
    static let impossibleNot = LintRule(
        .bugs, "`not` before a rule that is always defined",
        why: "A rule with `contains` is at least an empty set, which is no `false`: `not report` never holds. Ask `count(report) == 0`.",
        finds: ["report contains \"x\" if input.x\n\nallow if ↓not report"],
        accepts: ["report contains \"x\" if input.x\n\nallow if count(report) == 0", "ready if input.x\n\nallow if not ready"]
    ) { file, report in
        for literal in file.literals where literal.expression.isNegated {
            guard let path = literal.term?.fixedPath else { continue }
            let rules = report.project.rules[file.fullPath(of: path)] ?? []
            if !rules.isEmpty, rules.contains(where: { $0.head.key != nil && $0.head.value == nil }) { report(literal.expression.location) }
        }
    }
}
