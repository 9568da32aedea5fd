import Rego

extension LintRule {
    static let todoComment = LintRule(
        .style, "Comment about something left to do",
        why: "What is left to do is forgotten in comments. Do it, or put it where it is planned.",
        finds: ["↓# TODO: check the owner\nallow if input.x", "allow if input.x ↓# fixme"],
        accepts: ["# Todos are people of Todos Santos.\nallow if input.x"]
    ) { file, report in
        for comment in file.module.comments {
            let word = comment.text.trimmed.prefix { $0.isLetter }.lowercased()
            if word == "todo" || word == "fixme" || word == "xxx" { report(comment.location) }
        }
    }
}
