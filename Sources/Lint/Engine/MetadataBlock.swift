import Rego

/// The comment lines of a `# METADATA` block.
struct MetadataBlock {
    /// The attributes that OPA knows.
    static let attributes: Set<String> = [
        "authors", "compile", "custom", "description", "entrypoint", "organizations", "related_resources", "schemas", "scope", "title",
    ]

    let head: Comment
    let lines: [Comment]
    /// The row of the last line.
    var lastRow: Int { (lines.last ?? head).location.row }

    static func blocks(of file: PolicyFile) -> [MetadataBlock] {
        let comments = file.module.comments
        return comments.indices.filter { comments[$0].text.trimmed == "METADATA" }.map { start in
            var end = start + 1
            while end < comments.count, comments[end].location.row == comments[end - 1].location.row + 1 { end += 1 }
            return MetadataBlock(head: comments[start], lines: Array(comments[(start + 1)..<end]))
        }
    }
}

extension String {
    /// Without white space at both ends.
    var trimmed: String {
        String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }
}
