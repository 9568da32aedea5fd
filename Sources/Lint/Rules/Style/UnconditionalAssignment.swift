import Rego

extension LintRule {
    static let unconditionalAssignment = LintRule(
        .style, "Body that only assigns the value",
        why: "`name := input.name` needs no body.",
        finds: ["name := x if {\n\t↓x := input.name\n}"],
        accepts: ["name := input.name", "name := x if {\n\tx := input.name\n\tx != \"\"\n}"]
    ) { file, report in
        for literal in file.literals where file.bodies[literal.body].kind == .rule && file.bodies[literal.body].body.count == 1 {
            let rule = file.branches[literal.branch].rule
            guard let (left, _, _) = literal.expression.sides(of: "assign"), let name = left.localName, rule.head.value?.localName == name, literal.expression.withModifiers.isEmpty else { continue }
            if rule.elseRule.isEmpty, !file.branches[literal.branch].isElse, !literal.expression.hasWildcard { report(literal.expression.location) }
        }
    }
}
