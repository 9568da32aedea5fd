import Rego

extension LintRule {
    static let preferSomeInIteration = LintRule(
        .style, "Iteration without `some … in`",
        why: "`some x in xs` says what is iterated over and what each element is called.",
        finds: ["names contains name if {\n\tname := ↓input.users[_].name\n}"],
        accepts: ["names contains user.name if some user in input.users", "allow if input.users[_].name == \"a\"", "allow if input.users[0].x"]
    ) { file, report in
        for literal in file.literals {
            guard let (left, right, _) = literal.expression.sides(of: "assign"), left.localName != nil, let ref = right.ref else { continue }
            if ref.path.contains(where: \.isWildcard) { report(right.location) }
        }
    }
}
