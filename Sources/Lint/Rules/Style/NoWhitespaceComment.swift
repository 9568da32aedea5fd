import Rego

extension LintRule {
    static let noWhitespaceComment = LintRule(
        .style, "Comment that begins without a space",
        why: "`# text` is easier to read than `#text`.",
        finds: ["↓#a comment\nallow if input.x"],
        accepts: ["# a comment\nallow if input.x", "#\n# text\n#\nallow if input.x"]
    ) { file, report in
        for comment in file.module.comments {
            guard let first = comment.text.first, !first.isWhitespace, first != "#", first != "!" else { continue }
            report(comment.location, fix: .insert(" ", at: comment.location.offset + 1))
        }
    }
}
