import Rego

extension LintRule {
    static let deadElse = LintRule(
        .bugs, "An `else` that is never reached",
        why: "The branch before it always holds, or holds whenever this one would.",
        finds: ["level := 1 if {\n\tinput.x\n} ↓else := 2 if {\n\tinput.x\n\tinput.y\n}"],
        accepts: ["level := 1 if {\n\tinput.x\n} else := 2 if {\n\tinput.y\n}"]
    ) { file, report in
        for (position, branch) in file.branches.enumerated() where branch.isElse {
            let own = Set(branch.rule.body.map(\.description))
            let earlier = file.branches[..<position].reversed().prefix { $0.top == branch.top }
            let isDead = earlier.contains { before in
                before.rule.hasNoBody || Set(before.rule.body.map(\.description)).isSubset(of: own)
            }
            if isDead { report(branch.rule.location) }
        }
    }
}
