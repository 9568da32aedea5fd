import Rego

extension LintRule {
    static let booleanAssignment = LintRule(
        .idiomatic, "Boolean expression as the value of a rule",
        why: "`allow := input.x == 1` is false or true, and undefined where `input.x` is. `allow if input.x == 1` says what is meant.",
        finds: ["admin := ↓input.role == \"admin\"", "known := ↓startswith(input.user, \"a\")"],
        accepts: ["admin if input.role == \"admin\"", "age := input.age + 1", "name(x) := lower(x)"]
    ) { file, report in
        for rule in file.module.rules where rule.hasNoBody && !rule.isDefault && rule.head.key == nil {
            guard let value = rule.head.value, let call = value.call, !call.function[0].hasPrefix("internal.member") else { continue }
            let comparisons: Set = ["equal", "neq", "lt", "lte", "gt", "gte"]
            let isBoolean = call.isInfix ? comparisons.contains(call.function[0]) : BuiltinRegistry.standard[call.name].map { if case .boolean = $0.result { true } else { false } } ?? false
            if isBoolean { report(value.location) }
        }
    }
}
