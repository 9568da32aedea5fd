import Rego

extension LintRule {
    static let duplicateObjectKey = LintRule(
        .bugs, "Key that the object has already",
        why: "Only one of the values can stay, so one of the two keys is a typing mistake.",
        finds: ["names := {\"a\": 1, ↓\"a\": 2}"],
        accepts: ["names := {\"a\": 1, \"b\": 2}"]
    ) { file, report in
        for site in file.index.objects {
            guard case .object(let entries) = site.term.kind else { continue }
            var known: Set<Value> = []
            for entry in entries {
                if let key = entry.key.constant, !known.insert(key).inserted { report(entry.key.location) }
            }
        }
    }
}
