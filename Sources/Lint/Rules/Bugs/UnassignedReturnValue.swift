import Rego

extension LintRule {
    static let unassignedReturnValue = LintRule(
        .bugs, "Return value that nobody looks at",
        why: "A call stands alone as a condition, but gives something other than a boolean: it holds whatever it gives.",
        finds: ["allow if {\n\t↓lower(input.role)\n\tinput.role == \"admin\"\n}"],
        accepts: ["allow if {\n\trole := lower(input.role)\n\trole == \"admin\"\n}", "allow if startswith(input.x, \"a\")"]
    ) { file, report in
        for site in file.calls where site.isLiteral && !site.call.isInfix {
            guard let builtin = BuiltinRegistry.standard[site.name], !builtin.isVoid, !builtin.isRelation, site.arguments.count == builtin.arity else { continue }
            if case .boolean = builtin.result { continue }
            if case .any = builtin.result { continue }
            report(site.location, site.name)
        }
    }
}
