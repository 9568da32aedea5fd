import Rego

extension LintRule {
    static let lineLength = LintRule(
        .style, "Line that is too long",
        why: "Long lines are cut off or wrapped where they are read.",
        options: ["max-line-length": 120, "non-breakable-word-threshold": 100],
        finds: ["↓allow if input.role in {\"administrator\", \"owner\", \"auditor\", \"operator\", \"supervisor\", \"maintainer\", \"contributor\", \"viewer\"}"],
        accepts: ["allow if input.x", "# https://example.org/" + String(repeating: "a", count: 120)]
    ) { file, report in
        let limit = report.integer("max-line-length"), longest = report.integer("non-breakable-word-threshold")
        for (position, range) in file.lines.enumerated() where range.count > limit {
            let line = file.text(range)
            let count = line.unicodeScalars.count
            // What cannot be broken cannot be shorter.
            guard count > limit, !line.split(separator: " ").contains(where: { $0.unicodeScalars.count > longest }) else { continue }
            report(file.location(row: position + 1, column: 1, length: range.count), "\(count) characters, \(limit) are allowed")
        }
    }
}
