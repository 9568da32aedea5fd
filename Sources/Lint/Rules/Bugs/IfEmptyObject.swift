import Rego

extension LintRule {
    static let ifEmptyObject = LintRule(
        .bugs, "Empty object after `if`",
        why: "`{}` is an object, not a body without conditions; it always holds.",
        finds: ["allow if ↓{}"],
        accepts: ["allow if {\n\tinput.x\n}", "allow if input.x == {}"]
    ) { file, report in
        for literal in file.literals where literal.position == 0 && file.bodies[literal.body].kind == .rule {
            if let term = literal.term, term.isObject, term.isEmptyCollection { report(literal.expression.location) }
        }
    }
}
