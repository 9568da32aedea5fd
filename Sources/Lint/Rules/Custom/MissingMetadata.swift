import Rego

extension LintRule {
    static let missingMetadata = LintRule(
        .custom, "Rule or package without metadata",
        why: "Titles and descriptions tell callers what a rule is for. Rules that begin with `_` and tests need none.",
        isOptional: true,
        finds: ["# METADATA\n# title: Doors\npackage policy\n\n↓allow if input.x"],
        accepts: ["# METADATA\n# title: Doors\npackage policy\n\n# METADATA\n# title: Who may enter\nallow if input.x"]
    ) { file, report in
        guard !file.isTest else { return }
        if !file.module.annotations.contains(where: { $0.scope == .package || $0.scope == .subpackages }) { report(file.module.package.location) }
        var known: Set<String> = Set(file.module.rules.filter { !$0.annotations.isEmpty }.map(\.dottedName))
        for rule in file.module.rules where !rule.isTest && !rule.head.name.hasPrefix("_") {
            if known.insert(rule.dottedName).inserted { report(rule.head.location) }
        }
    }
}
