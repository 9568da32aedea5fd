import Rego

extension LintRule {
    static let topLevelIteration = LintRule(
        .bugs, "Iteration in a rule without a body",
        why: "A complete rule has one value. With several elements evaluation ends with a conflict. Use a comprehension or `contains`.",
        finds: ["role := ↓input.roles[_]"],
        accepts: ["role := input.roles[0]", "roles contains role if some role in input.roles"]
    ) { file, report in
        let names = file.globalNames
        for rule in file.module.rules where rule.hasNoBody && rule.head.key == nil {
            guard let value = rule.head.value, let ref = value.ref else { continue }
            let arguments = Set((rule.head.arguments ?? []).flatMap(\.variableNames))
            let iterates = ref.path.contains { part in part.isWildcard || part.localName.map { !names.contains($0) && !arguments.contains($0) } == true }
            if iterates { report(value.location) }
        }
    }
}
