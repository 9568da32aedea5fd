import Rego

extension LintRule {
    static let redundantExistenceCheck = LintRule(
        .bugs, "Check that the next line makes too",
        why: "A reference that is undefined fails the line that uses it as well.",
        finds: ["allow if {\n\t↓input.user\n\tstartswith(input.user, \"a\")\n}"],
        accepts: ["allow if {\n\tinput.user\n\tnot blocked(input.user)\n}\n\nblocked(x) if x == \"a\"", "allow if {\n\tinput.active\n\tinput.user == \"a\"\n}"]
    ) { file, report in
        for literal in file.literals where !literal.expression.isNegated && literal.expression.withModifiers.isEmpty {
            let body = file.bodies[literal.body].body
            guard let term = literal.term, term.ref != nil, let path = term.fixedPath, body.indices.contains(literal.position + 1) else { continue }
            let next = body[literal.position + 1]
            guard !next.isNegated, next.withModifiers.isEmpty, case .term(let user) = next.kind, let call = user.call else { continue }
            // `false == x` is where the check matters.
            guard !["neq", "or"].contains(call.function[0]), !call.arguments.contains(where: \.isBoolean) else { continue }
            if call.arguments.contains(where: { $0.ref != nil && $0.fixedPath == path }) { report(term.location) }
        }
    }
}
