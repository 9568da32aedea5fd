import Rego

extension LintRule {
    static let ruleAssignsDefault = LintRule(
        .bugs, "Rule that gives the default value",
        why: "Without the rule the document has the same value.",
        finds: ["default allow := false\n\n↓allow := false if input.blocked"],
        accepts: ["default allow := false\n\nallow if input.x"]
    ) { file, report in
        var defaults: [String: Value] = [:]
        for rule in file.module.rules where rule.isDefault { defaults[rule.dottedName] = rule.head.value?.constant }
        for rule in file.module.rules where !rule.isDefault && rule.head.key == nil && rule.elseRule.isEmpty {
            if let value = rule.head.constantValue, defaults[rule.dottedName] == value { report(rule.location) }
        }
    }
}
