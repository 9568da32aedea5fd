import Rego

extension LintRule {
    static let repeatedCall = LintRule(
        .performance, "The same call twice in a body",
        why: "Assign what it gives to a variable, and use that.",
        finds: ["allow if {\n\tlower(input.name) != \"root\"\n\tstartswith(↓lower(input.name), \"a\")\n}"],
        accepts: ["allow if {\n\tname := lower(input.name)\n\tname != \"root\"\n\tstartswith(name, \"a\")\n}", "allow if {\n\tcount(input.xs) > 1\n\tcount(input.ys) > 1\n}"]
    ) { file, report in
        var known: Set<String> = []
        for site in file.calls where !site.call.isInfix && !site.isLiteral && site.name != "time.now_ns" {
            guard let body = site.body, file.bodies[body].kind == .rule, let builtin = BuiltinRegistry.standard[site.name], !builtin.isNondeterministic, site.name != "count" else { continue }
            guard !site.arguments.contains(where: { $0.isClosure }) else { continue }
            if !known.insert("\(body) \(site.call.description)").inserted { report(site.location, site.name) }
        }
    }
}
