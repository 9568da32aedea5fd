import Rego

extension LintRule {
    static let doubleNegative = LintRule(
        .style, "Negation of a rule named after a negation",
        why: "`not not_admin` must be thought about twice. Name rules after what they affirm.",
        finds: ["allow if ↓not not_admin\n\nnot_admin if input.x", "allow if ↓not data.users.no_access"],
        accepts: ["allow if admin\n\nadmin if input.x", "allow if not noted\n\nnoted if input.x"]
    ) { file, report in
        for literal in file.literals where literal.expression.isNegated {
            guard let term = literal.term, let name = term.localName ?? term.ref?.path.last?.stringValue ?? term.call?.function.last else { continue }
            if ["not_", "no_", "non_", "cannot_", "isnt_"].contains(where: name.hasPrefix) { report(literal.expression.location) }
        }
    }
}
