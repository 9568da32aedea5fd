import Rego

extension LintRule {
    static let mixedIteration = LintRule(
        .style, "Two ways to iterate in one literal",
        why: "`some x in xs[_].ys` iterates twice, once without saying so. Write two `some … in`.",
        finds: ["allow if {\n\tsome role in ↓input.users[_].roles\n\trole == \"admin\"\n}"],
        accepts: ["allow if {\n\tsome user in input.users\n\tsome role in user.roles\n\trole == \"admin\"\n}"]
    ) { file, report in
        for literal in file.literals {
            if case .someIn(_, _, let domain) = literal.expression.kind, domain.ref?.path.contains(where: \.isWildcard) == true { report(domain.location) }
        }
    }
}
