import Rego

extension LintRule {
    static let impossibleDefault = LintRule(
        .bugs, "Default that is never used",
        why: "A definition without conditions always holds, so there is nothing left for the default. Mostly the condition was forgotten.",
        finds: ["↓default level := 1\n\nlevel := 2", "↓default size(_) := 1\n\nsize(x) := 2"],
        accepts: ["default level := 1\n\nlevel := 2 if input.x", "default level := 1\n\nlevel := input.level", "default size(_) := 1\n\nsize(\"a\") := 2"]
    ) { file, report in
        let unconditional = Set(file.module.rules.filter(\.isUnconditionalConstant).map(\.dottedName))
        for rule in file.module.rules where rule.isDefault && unconditional.contains(rule.dottedName) { report(rule.location) }
    }
}
