import Rego

extension LintRule {
    static let internalEntrypoint = LintRule(
        .bugs, "Entrypoint with the name of something internal",
        why: "A leading underscore says that nobody outside asks for the rule; an entrypoint is there to be asked for.",
        finds: ["# METADATA\n# entrypoint: true\n↓_allow if input.x"],
        accepts: ["# METADATA\n# entrypoint: true\nallow if input.x"]
    ) { file, report in
        for rule in file.module.rules where rule.head.name.hasPrefix("_") && rule.annotations.contains(where: \.entrypoint) { report(rule.head.location) }
    }
}
