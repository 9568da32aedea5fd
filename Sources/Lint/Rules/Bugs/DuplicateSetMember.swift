import Rego

extension LintRule {
    static let duplicateSetMember = LintRule(
        .bugs, "Member that the set has already",
        why: "A set holds it once. Mostly another member was meant.",
        finds: ["roles := {\"admin\", \"owner\", ↓\"admin\"}"],
        accepts: ["roles := {\"admin\", \"owner\"}", "list := [\"a\", \"a\"]"]
    ) { file, report in
        for site in file.index.sets {
            guard case .set(let members) = site.term.kind else { continue }
            var known: Set<Value> = []
            for member in members {
                if let value = member.constant, !known.insert(value).inserted { report(member.location) }
            }
        }
    }
}
