import Rego

extension LintRule {
    static let preferObjectLookup = LintRule(
        .performance, "Search through an object for one key",
        why: "`some key, value in x` with `key == name` looks at every entry; `x[name]` at one.",
        finds: ["allow if {\n\tsome key, user in data.users\n\t↓key == input.user\n\tuser.admin\n}"],
        accepts: ["allow if data.users[input.user].admin", "allow if {\n\tsome key, user in data.users\n\tstartswith(key, \"a\")\n\tuser.admin\n}"]
    ) { file, report in
        for site in file.bodies {
            var keys: Set<String> = []
            for expression in site.body {
                if case .someIn(let key?, _, _) = expression.kind, let name = key.localName { keys.insert(name) }
                guard !keys.isEmpty, !expression.isNegated, let (left, right, _) = expression.sides(of: "equal") else { continue }
                for (side, other) in [(left, right), (right, left)] {
                    if let name = side.localName, keys.contains(name), other.variableNames.isDisjoint(with: keys), other.isScalar || other.fixedPath != nil { report(expression.location) }
                }
            }
        }
    }
}
