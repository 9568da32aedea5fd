import Rego

extension LintRule {
    static let annotationWithoutMetadata = LintRule(
        .bugs, "Annotation without metadata",
        why: "A comment such as `# title: …` says nothing to tools unless the block begins with `# METADATA`.",
        finds: ["↓# title: Who may enter\nallow if input.x"],
        accepts: ["# METADATA\n# title: Who may enter\nallow if input.x", "# the title: of a book\nallow if input.x"]
    ) { file, report in
        var previous = 0
        for comment in file.module.comments {
            defer { previous = comment.location.row }
            guard comment.location.row != previous + 1, comment.location.column == 1 else { continue }
            let words = comment.text.split(separator: ":", maxSplits: 1)
            guard words.count == 2, comment.text.hasPrefix(" "), MetadataBlock.attributes.contains(words[0].dropFirst().description) else { continue }
            report(comment.location)
        }
    }
}
