import Rego

/// Comments that take findings back: `# regal ignore:line-length,todo-comment` or `# verdict ignore:…`, at the end of the line itself or
/// anywhere in the comments directly above it.
struct InlineIgnores {
    /// Names of rules by the row that they are ignored in.
    private var names: [Int: Set<String>] = [:]

    init(_ comments: [Comment]) {
        let rows = Set(comments.map(\.location.row))
        for comment in comments {
            guard let ignored = Self.names(in: comment.text) else { continue }
            var row = comment.location.row
            names[row, default: []].formUnion(ignored)
            repeat {
                row += 1
                names[row, default: []].formUnion(ignored)
            } while rows.contains(row)
        }
    }

    var isEmpty: Bool { names.isEmpty }

    func covers(_ finding: Finding) -> Bool { names[finding.location.row]?.contains(finding.rule) == true }

    private static func names(in text: String) -> [String]? {
        let words = text.split(separator: " ")
        guard words.count >= 2, words[0] == "regal" || words[0] == "verdict", words[1].hasPrefix("ignore:") else { return nil }
        let list = words.dropFirst().joined().dropFirst("ignore:".count)
        return list.split(separator: ",").map(String.init)
    }
}
