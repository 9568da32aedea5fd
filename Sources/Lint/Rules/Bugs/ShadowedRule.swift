import Rego

extension LintRule {
    static let shadowedRule = LintRule(
        .bugs, "Rule that a more general one makes superfluous",
        why: "Another rule has the same head and only some of these conditions, so this one never adds anything.",
        finds: ["allow if input.admin\n\n↓allow if {\n\tinput.admin\n\tinput.method == \"GET\"\n}"],
        accepts: ["allow if input.admin\n\nallow if {\n\tinput.owner\n\tinput.method == \"GET\"\n}"]
    ) { file, report in
        for (first, second) in file.siblings where first.elseRule.isEmpty && second.elseRule.isEmpty && first.headText == second.headText && first.fingerprint != second.fingerprint {
            let a = Set(first.body.map(\.description)), b = Set(second.body.map(\.description))
            guard !first.hasNoBody, !second.hasNoBody, !first.body.contains(where: \.hasWildcard) else { continue }
            if a.isStrictSubset(of: b) { report(second.location) } else if b.isStrictSubset(of: a) { report(first.location) }
        }
    }
}
