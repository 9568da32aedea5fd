import Lint
import Rego

/// What `verdict lint --fix` would do about the findings in a range, one by one and for the whole file; and the comment that takes a finding back.
enum CodeActions: Feature {
    struct Parameters: Decodable {
        struct Context: Decodable { var only: [String]? }
        var textDocument: TextDocumentIdentifier
        var range: TextRange
        var context: Context?
    }

    struct Action: Encodable {
        var title: String
        var kind: String
        var diagnostics: [ProtocolDiagnostic]?
        var isPreferred: Bool?
        var edit: WorkspaceEdit
    }

    static let quickFix = "quickfix"
    static let fixAll = "source.fixAll.verdict"
    static let method = "textDocument/codeAction"
    static let capability: Capability = ("codeActionProvider", ["codeActionKinds": [.string(quickFix), .string(fixAll)]])

    static func answer(_ parameters: Parameters, in workspace: Workspace) throws(RequestError) -> [Action] {
        let (root, document) = try workspace.subject(parameters.textDocument)
        guard document.isWellFormed, let file = document.tree?.file else { return [] }
        let findings = root.linter.findings(in: file, of: root.linter.project(root.trees.map(\.file)))
        let touched = findings.filter { ProtocolDiagnostic($0, in: document.text).range.touches(parameters.range) }
        let actions = touched.flatMap { mending($0, document) + ignoring($0, document) } + mendingAll(document, root)
        guard let wanted = parameters.context?.only else { return actions }
        // `source` asks for `source.fixAll.verdict` too.
        return actions.filter { action in wanted.contains { action.kind == $0 || action.kind.hasPrefix($0 + ".") } }
    }

    private static func mending(_ finding: Finding, _ document: PolicyDocument) -> [Action] {
        guard let fix = finding.fix else { return [] }
        return [
            Action(
                title: "Mend: \(finding.title)", kind: quickFix, diagnostics: [ProtocolDiagnostic(finding, in: document.text)], isPreferred: true,
                edit: document.edit(fix.edits))
        ]
    }

    private static func ignoring(_ finding: Finding, _ document: PolicyDocument) -> [Action] {
        let line = document.text.line(document.text.lineNumber(at: finding.location.offset))
        let indent = document.text.text(line).prefix { $0 == " " || $0 == "\t" }
        let comment = TextEdit(range: document.text.range(line.lowerBound..<line.lowerBound), newText: "\(indent)# verdict ignore:\(finding.rule)\n")
        return [
            Action(
                title: "Ignore \(finding.rule) here", kind: quickFix, diagnostics: [ProtocolDiagnostic(finding, in: document.text)],
                edit: WorkspaceEdit(changes: [document.uri: [comment]]))
        ]
    }

    private static let mostRounds = 10

    /// As `--fix` does it: until nothing is left, because what was mended may show more.
    private static func mendingAll(_ document: PolicyDocument, _ root: PolicyRoot) -> [Action] {
        let others = root.sorted.filter { $0.path != document.path }.compactMap(\.tree?.file)
        var source = document.source, count = 0
        for _ in 0..<mostRounds {
            guard let module = Parser.parse(source, places: .written).module else { return [] }
            let file = PolicyFile(module)
            let (text, applied) = Fix.apply(root.linter.findings(in: file, of: root.linter.project(others + [file])).compactMap(\.fix), to: source.text)
            guard applied > 0 else { break }
            source.text = text
            count += applied
        }
        guard let edit = Formatting.difference(document.text, Array(source.text.utf8)) else { return [] }
        return [Action(title: "Mend all that can be mended (\(count))", kind: fixAll, edit: WorkspaceEdit(changes: [document.uri: [edit]]))]
    }
}

extension PolicyDocument {
    /// Edits of the text of now.
    fileprivate func edit(_ edits: [Fix.Edit]) -> WorkspaceEdit {
        WorkspaceEdit(changes: [uri: edits.map { TextEdit(range: text.range($0.range), newText: $0.text) }])
    }
}
