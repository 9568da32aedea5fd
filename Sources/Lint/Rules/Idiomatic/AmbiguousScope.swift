import Rego

extension LintRule {
    static let ambiguousScope = LintRule(
        .idiomatic, "Metadata that says more than one thing may mean",
        why: "A document with several rules has metadata on one of them without `scope`. Say `scope: document` where it is about all of them, or `scope: rule`.",
        finds: ["# METADATA\n# title: Who may enter\n↓allow if input.x\n\nallow if input.y"],
        accepts: ["# METADATA\n# scope: document\n# title: Who may enter\nallow if input.x\n\nallow if input.y", "# METADATA\n# title: Who may enter\nallow if input.x"]
    ) { file, report in
        var counts: [String: Int] = [:], annotated: [String: [Rule]] = [:]
        let explicit = Set(MetadataBlock.blocks(of: file).filter { $0.lines.contains { $0.text.trimmed.hasPrefix("scope:") } }.map(\.head.location.row))
        for rule in file.module.rules {
            counts[rule.dottedName, default: 0] += 1
            if !rule.annotations.isEmpty { annotated[rule.dottedName, default: []].append(rule) }
        }
        for (name, rules) in annotated where counts[name, default: 0] > 1 && rules.count == 1 {
            if let rule = rules.first, rule.annotations.contains(where: { $0.scope == .rule && !explicit.contains($0.location.row) }) { report(rule.head.location) }
        }
    }
}
