import Rego

extension LintRule {
    static let functionArgReturn = LintRule(
        .style, "Result taken through an argument",
        why: "`count(xs, n)` binds `n`; `n := count(xs)` says so.",
        finds: ["allow if {\n\tcount(input.xs, ↓n)\n\tn > 1\n}"],
        accepts: ["allow if {\n\tn := count(input.xs)\n\tn > 1\n}", "allow if walk(input, [_, \"a\"])"]
    ) { file, report in
        for site in file.calls where site.isLiteral && !site.call.isInfix && site.name != "print" {
            guard let builtin = BuiltinRegistry.standard[site.name], !builtin.isRelation, !builtin.isVariadic, site.arguments.count == builtin.arity + 1, let result = site.arguments.last else { continue }
            report(result.location)
        }
    }
}
