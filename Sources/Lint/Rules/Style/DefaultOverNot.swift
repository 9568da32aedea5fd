import Rego

extension LintRule {
    static let defaultOverNot = LintRule(
        .style, "Rule that gives a constant where another is not defined",
        why: "`default name := …` says the same in one line.",
        finds: ["name := input.name\n\n↓name := \"nobody\" if not input.name"],
        accepts: ["default name := \"nobody\"\n\nname := input.name", "name := \"a\" if not input.b"]
    ) { file, report in
        for rule in file.module.rules where rule.body.count == 1 && rule.body[0].isNegated && rule.head.value?.isConstant == true && rule.head.arguments == nil {
            guard case .term(let term) = rule.body[0].kind, let path = term.fixedPath else { continue }
            if file.module.rules.contains(where: { $0.dottedName == rule.dottedName && $0.hasNoBody && $0.head.value?.fixedPath == path }) { report(rule.location) }
        }
    }
}
