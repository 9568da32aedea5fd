import Rego

extension LintRule {
    static let preferValueInHead = LintRule(
        .custom, "Value that is assigned last in the body",
        why: "In the head readers see at once what the rule gives.",
        isOptional: true,
        finds: ["name := x if {\n\tinput.active\n\t↓x := input.name\n}"],
        accepts: ["name := input.name if input.active"]
    ) { file, report in
        for literal in file.literals where file.bodies[literal.body].kind == .rule && literal.position == file.bodies[literal.body].body.count - 1 && literal.position > 0 {
            let head = file.branches[literal.branch].rule.head
            guard let (left, _, _) = literal.expression.sides(of: "assign"), let name = left.localName else { continue }
            if head.value?.localName == name || head.key?.localName == name { report(literal.expression.location) }
        }
    }
}
