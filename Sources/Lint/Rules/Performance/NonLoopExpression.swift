import Rego

extension LintRule {
    static let nonLoopExpression = LintRule(
        .performance, "Condition in a loop that does not depend on it",
        why: "It is asked again for every element. Put it before the loop.",
        finds: ["allow if {\n\tsome role in input.roles\n\t↓input.active\n\trole == \"admin\"\n}"],
        accepts: ["allow if {\n\tinput.active\n\tsome role in input.roles\n\trole == \"admin\"\n}", "allow if {\n\tsome role in input.roles\n\trole == \"admin\"\n\tname := upper(role)\n\tname == input.x\n}"]
    ) { file, report in
        for site in file.bodies where site.kind == .rule {
            guard let loop = site.body.firstIndex(where: { if case .someIn = $0.kind { true } else { false } }) else { continue }
            let bound = Set(site.body[...loop].flatMap(\.variableNames)).subtracting(file.globalNames)
            guard site.body.indices.contains(loop + 1) else { continue }
            let next = site.body[loop + 1]
            guard next.withModifiers.isEmpty, case .term(let term) = next.kind, !next.hasWildcard, !next.isGenerated else { continue }
            guard next.variableNames.isDisjoint(with: bound), next.sides(of: "assign", "eq") == nil, !term.isScalar else { continue }
            let names = next.variableNames.subtracting(file.globalNames)
            if names.isEmpty { report(next.location) }
        }
    }
}
