import Rego

extension LintRule {
    static let messyRule = LintRule(
        .style, "Rules of one document apart from each other",
        why: "Whoever reads the first definitions takes them for all of them. Keep rules of a name together. Rules with `contains` may stand beside what they are about.",
        finds: ["allow if input.x\n\nname := input.y\n\n↓allow if input.z"],
        accepts: ["allow if input.x\n\nallow if input.z\n\nname := input.y", "deny contains 1 if input.x\n\nname := input.y\n\ndeny contains 2 if input.z"]
    ) { file, report in
        var finished: Set<String> = [], current: String?
        for rule in file.module.rules where !rule.isTest && rule.head.key == nil {
            let name = rule.head.path.contains { $0.stringValue == nil } ? "\(rule.head.name) \(rule.nameText)" : rule.dottedName
            if name != current {
                if finished.contains(name) { report(rule.location) }
                if let current { finished.insert(current) }
                current = name
            }
        }
    }
}
