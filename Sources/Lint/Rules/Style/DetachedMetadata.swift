import Rego

extension LintRule {
    static let detachedMetadata = LintRule(
        .style, "Metadata with an empty line below it",
        why: "What stands directly above a rule is clearly about it.",
        finds: ["↓# METADATA\n# title: Door\n\nallow if input.x"],
        accepts: ["# METADATA\n# title: Door\nallow if input.x"]
    ) { file, report in
        for block in MetadataBlock.blocks(of: file) where file.line(block.lastRow + 1).trimmed.isEmpty && block.lastRow < file.lines.count { report(block.head.location) }
    }
}
