import Rego

extension LintRule {
    static let useIf = LintRule(
        .idiomatic, "Rule body without `if`",
        why: "`allow if { … }` reads as what it is, and is what Rego v1 demands.",
        version: .v0,
        finds: ["import future.keywords\n\n↓allow { input.x }"],
        accepts: ["import future.keywords\n\nallow if { input.x }"]
    ) { file, report in
        guard file.module.version == .v0 else { return }
        for rule in file.module.rules where !rule.isDefault && !rule.hasNoBody {
            let between = file.text(rule.head.location.offset + rule.head.location.length..<rule.body[0].location.offset)
            if !between.contains("if") && between.contains("{") { report(rule.head.location) }
        }
    }
}
