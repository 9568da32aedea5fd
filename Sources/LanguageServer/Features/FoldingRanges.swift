import Rego

/// Rules and blocks of comments that take several lines.
enum FoldingRanges: Feature {
    struct Fold: Encodable {
        var startLine: Int
        var endLine: Int
        var kind: String?
    }

    static let method = "textDocument/foldingRange"
    static let capability: Capability = ("foldingRangeProvider", true)

    static func answer(_ parameters: DocumentParameters, in workspace: Workspace) throws(RequestError) -> [Fold] {
        let document = try workspace.subject(parameters.textDocument).document
        guard let tree = document.tree else { return [] }
        let rules = tree.module.rules.compactMap { document.range($0.location) }.map { Fold(startLine: $0.start.line, endLine: $0.end.line) }
        return (rules + comments(tree, document)).filter { $0.endLine > $0.startLine }
    }

    private static func comments(_ tree: PolicyTree, _ document: PolicyDocument) -> [Fold] {
        var folds: [Fold] = []
        for line in tree.module.comments.compactMap({ document.range($0.location)?.start.line }) {
            if folds.last?.endLine == line - 1 { folds[folds.count - 1].endLine = line } else { folds.append(Fold(startLine: line, endLine: line, kind: "comment")) }
        }
        return folds
    }
}
