import Rego

extension LintRule {
    static let pointlessReassignment = LintRule(
        .style, "Second name for a variable",
        why: "Two names for one value make readers look for the difference.",
        finds: ["allow if {\n\tuser := input.user\n\t↓person := user\n\tperson.admin\n}", "↓people := users\n\nusers := {1}"],
        accepts: ["allow if {\n\tuser := input.user\n\tuser.admin\n}", "f(x) := y if {\n\ty := x.z\n}"]
    ) { file, report in
        for literal in file.literals {
            guard let (left, right, _) = literal.expression.sides(of: "assign"), left.localName != nil, right.localName != nil, literal.expression.withModifiers.isEmpty else { continue }
            report(literal.expression.location)
        }
        let names = Set(file.module.rules.map(\.head.name))
        for rule in file.module.rules where rule.hasNoBody && rule.head.arguments == nil && !rule.isDefault && rule.head.key == nil && rule.head.path.isEmpty {
            if let name = rule.head.value?.localName, names.contains(name) { report(rule.head.location) }
        }
    }
}
