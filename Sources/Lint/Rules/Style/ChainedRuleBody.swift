import Rego

extension LintRule {
    static let chainedRuleBody = LintRule(
        .style, "Several bodies behind one head",
        why: "A second pair of braces is another rule, which is easy to read over. Repeat the head.",
        version: .v0,
        finds: ["allow { input.x } ↓{ input.y }"],
        accepts: ["allow { input.x }\n\nallow { input.y }"]
    ) { file, report in
        for rule in file.module.rules where !rule.isDefault && file.text(rule.location).hasPrefix("{") { report(rule.location) }
    }
}
