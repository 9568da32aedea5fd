import Rego

extension LintRule {
    static let argumentAlwaysWildcard = LintRule(
        .bugs, "Argument is never used",
        why: "Where every definition of a function has `_` at the same place, callers pass a value for nothing.",
        finds: ["f(x, ↓_) := x", "f(\"a\", ↓_) := 1\nf(\"b\", _) := 2"],
        accepts: ["f(x, y) := x + y", "f(\"a\", _) := 1\nf(\"b\", y) := y", "mock_send(_) := {\"status_code\": 200}"]
    ) { file, report in
        for rules in file.functions where !rules[0].head.name.hasPrefix("mock_") {
            let definitions = rules.compactMap(\.head.arguments)
            for (position, argument) in (definitions.first ?? []).enumerated() {
                if definitions.allSatisfy({ $0.indices.contains(position) && $0[position].isWildcard }) { report(argument.location) }
            }
        }
    }
}
