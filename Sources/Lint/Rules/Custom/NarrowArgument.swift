import Rego

extension LintRule {
    static let narrowArgument = LintRule(
        .custom, "Function that uses only a part of an argument",
        why: "Pass the part: the function then says what it needs, and can be tested with less.",
        isOptional: true,
        finds: ["is_admin(↓user) if user.role == \"admin\""],
        accepts: ["is_admin(role) if role == \"admin\"", "same(user) if user.a == user.b"]
    ) { file, report in
        for rules in file.functions where rules.count == 1 && rules[0].elseRule.isEmpty {
            for argument in rules[0].head.arguments ?? [] {
                guard let name = argument.localName else { continue }
                let paths = file.refs.filter { file.branches[$0.branch].rule.location == rules[0].location && $0.ref.head.localName == name }.map { $0.ref.path.first?.stringValue ?? "" }
                let uses = file.index.variables.count { $0.term.localName == name && file.branches[$0.branch].rule.location == rules[0].location }
                if let first = paths.first, !first.isEmpty, Set(paths).count == 1, uses == paths.count + 1 { report(argument.location) }
            }
        }
    }
}
