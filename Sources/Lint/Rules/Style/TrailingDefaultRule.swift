import Rego

extension LintRule {
    static let trailingDefaultRule = LintRule(
        .style, "Default below the rules it is the default of",
        why: "Readers look for it at the top, to know what holds where no rule says otherwise.",
        finds: ["allow if input.x\n\n↓default allow := false"],
        accepts: ["default allow := false\n\nallow if input.x"]
    ) { file, report in
        var known: Set<String> = []
        for rule in file.module.rules {
            if rule.isDefault, known.contains(rule.dottedName) { report(rule.location) }
            known.insert(rule.dottedName)
        }
    }
}
