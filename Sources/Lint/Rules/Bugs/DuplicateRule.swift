import Rego

extension LintRule {
    static let duplicateRule = LintRule(
        .bugs, "Rule that is there already",
        why: "The same head and body twice: the second changes nothing.",
        finds: ["allow if input.x\n\nallow if input.y\n\n↓allow if input.x"],
        accepts: ["allow if input.x\n\nallow if input.y"]
    ) { file, report in
        var known: Set<String> = []
        for rule in file.module.rules where !known.insert(rule.fingerprint).inserted { report(rule.location) }
    }
}
