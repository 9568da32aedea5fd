import Rego

extension LintRule {
    static let contradictoryConditions = LintRule(
        .bugs, "Conditions that can never hold together",
        why: "The body asks one value to be two things at once, so the rule never applies. Mostly two rules were meant, or a set of values.",
        finds: [
            "allow if {\n\tinput.role == \"admin\"\n\t↓input.role == \"owner\"\n}",
            "allow if {\n\tinput.age > 65\n\t↓input.age < 18\n}",
            "allow if {\n\tinput.active\n\t↓not input.active\n}",
        ],
        accepts: ["allow if {\n\tinput.age > 18\n\tinput.age < 65\n}", "allow if {\n\tinput.roles[_] == \"a\"\n\tinput.roles[_] == \"b\"\n}"]
    ) { file, report in
        for site in file.bodies {
            var known: [Constraint] = []
            for expression in site.body {
                guard let constraint = Constraint(expression) else { continue }
                if known.contains(where: { $0.contradicts(constraint) }) { report(expression.location) }
                known.append(constraint)
            }
        }
    }
}
