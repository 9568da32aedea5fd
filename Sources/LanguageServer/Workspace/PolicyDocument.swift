import Lint
import Rego

/// A policy of the workspace: its text as the client has it, or its file where the client has not opened it.
struct PolicyDocument {
    let path: DocumentPath
    /// What the client calls it.
    var uri: String
    /// What diagnostics and lint settings call it: the path below the folder of its policies.
    let name: String
    private(set) var text: DocumentText
    /// The client's version; nil where it has not opened the document.
    var version: Int?
    /// The last text that could be parsed. Where none could, what can be read of the first; nil where that is nothing.
    private(set) var tree: PolicyTree?
    /// Whether rules are missing in the tree.
    private(set) var isPartial = false
    /// What happened to that text since.
    private(set) var edits = EditHistory()
    /// What is wrong with the syntax of the text.
    private(set) var problems: [Diagnostic] = []
    /// What the linter has to say, where the document is open.
    var findings: [Finding] = []

    private let regoVersion: RegoVersion

    init(_ path: DocumentPath, uri: String, name: String, text: DocumentText, version: Int?, regoVersion: RegoVersion) {
        self.path = path
        self.uri = uri
        self.name = name
        self.text = text
        self.version = version
        self.regoVersion = regoVersion
        read()
    }

    var isOpen: Bool { version != nil }
    /// Whether the tree is that of the text.
    var isWellFormed: Bool { problems.isEmpty }
    var source: PolicySource { PolicySource(file: name, text: text.text, version: regoVersion) }

    /// Reads the text as it is now.
    mutating func read() {
        let (module, diagnostics) = Parser.parse(source, places: .written)
        problems = diagnostics
        if let module {
            tree = PolicyTree(module, text)
            isPartial = false
        } else if tree == nil || isPartial, let module = BrokenText.module(source, problems: diagnostics) {
            tree = PolicyTree(module, text)
            isPartial = true
        } else {
            return
        }
        edits = EditHistory()
    }

    // MARK: Changes

    mutating func replace(with text: DocumentText, version: Int?) {
        self.version = version
        edits.add(from: self.text.bytes, to: text.bytes)
        self.text = text
        read()
    }

    /// Applies changes one after the other. The tree follows with `read`, so that of several changes only the last text is read.
    mutating func apply(_ changes: [ChangeParameters.Change], version: Int) {
        self.version = version
        for change in changes {
            if let range = change.range.map({ text.bytes(of: $0) }) {
                edits.add(range, length: change.text.utf8.count)
                text.replace(range, with: change.text)
            } else {
                edits.add(from: text.bytes, to: Array(change.text.utf8))
                text.replace(0..<text.end, with: change.text)
            }
        }
    }


    // MARK: Places

    /// The name at a place, by the last tree.
    func occurrence(at position: Position) -> Occurrence? {
        guard let offset = edits.original(text.offset(of: position)) else { return nil }
        return tree?.occurrence(at: offset)
    }

    /// Where bytes of the last tree stand in the text; nil where they were edited since.
    func range(_ bytes: Range<Int>) -> TextRange? { edits.current(bytes).map { text.range($0) } }

    func range(_ location: SourceLocation) -> TextRange? { range(location.offset..<location.offset + location.length) }

    func location(_ bytes: Range<Int>) -> Location? { range(bytes).map { Location(uri: uri, range: $0) } }
}
