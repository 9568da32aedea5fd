import Rego

extension LintRule {
    static let ifObjectLiteral = LintRule(
        .bugs, "Object after `if`",
        why: "An object literal always holds where its values are defined. Conditions stand in braces without colons.",
        finds: ["allow if ↓{\"x\": input.x}"],
        accepts: ["allow if {\n\tinput.x\n}"]
    ) { file, report in
        for literal in file.literals where literal.position == 0 && file.bodies[literal.body].kind == .rule {
            if let term = literal.term, term.isObject, !term.isEmptyCollection { report(literal.expression.location) }
        }
    }
}
