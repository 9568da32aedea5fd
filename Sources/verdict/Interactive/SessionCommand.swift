/// What a session does when it is told to, beside answering queries: lines that begin with a colon.
enum SessionCommand: String, CaseIterable {
    case help, load, reload, watch, input, show, unset, type, trace, tree, why, quit

    /// What follows the name.
    var argument: String {
        switch self {
        case .help, .reload, .watch, .show, .quit: ""
        case .load: "PATH…"
        case .input: "FILE"
        case .unset: "NAME"
        case .type: "QUERY"
        case .trace: "full|fails|notes|off"
        case .tree, .why: "REFERENCE"
        }
    }

    var summary: String {
        switch self {
        case .help: "show this"
        case .load: "read policies and data as well"
        case .reload: "read files again"
        case .watch: "read files again when they change; once more to stop"
        case .input: "read the input document from a file"
        case .show: "show what was defined here"
        case .unset: "forget a rule that was defined here, or input"
        case .type: "the type of a term, or of a query's variables"
        case .trace: "show how results come about"
        case .tree: "show the decision tree of a document"
        case .why: "say why a document has its value"
        case .quit: "end"
        }
    }

    static var listing: String {
        let left = allCases.map { ":\($0.rawValue) \($0.argument)" }
        let width = (left.map(\.count).max() ?? 0) + 2
        return zip(left, allCases).map { "  " + $0 + String(repeating: " ", count: width - $0.count) + $1.summary + "\n" }.joined()
    }

    static let introduction = """
        A query shows its values; rules, `import` and `package` define something; `input := …` sets the input.
        A line that is not complete goes on with the next one. Tab completes names.

        \(listing)
        """
}
