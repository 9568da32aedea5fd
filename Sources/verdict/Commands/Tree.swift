import ArgumentParser
import Rego

/// `verdict tree`: shows which tests choose the rules of a document.
struct Tree: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tree",
        abstract: "Show the decision tree of a document.",
        discussion: """
            verdict tree -d policies data.rbac.allow
            verdict tree -d policies -f dot data.rbac | dot -Tsvg > tree.svg
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json, dot
    }

    @OptionGroup var sources: SourceOptions
    @Option(name: .shortAndLong, help: "How to print: text, json or dot (Graphviz).")
    var format = Format.text
    @Argument(help: "A reference to a rule or package, such as data.app.allow.")
    var reference: String

    func run() throws {
        try Reporting.failures {
            guard let path = Self.path(reference) else {
                throw PolicyFiles.Failure(problems: ["\(reference): expected a reference such as data.app.allow"])
            }
            let trees = try sources.snapshot().decisionTrees(at: path)
            guard !trees.isEmpty else { throw PolicyFiles.Failure(problems: ["\(reference): no rule defines this document"]) }
            switch format {
            case .text: Reporting.output(trees.map(\.text).joined(separator: "\n"))
            case .json: Reporting.output(Value.array(trees.map(\.document)).prettyJSON() + "\n")
            case .dot: Reporting.output(trees.map(\.graphviz).joined())
            }
        }
    }

    /// The keys below `data`; nil where the text is no such reference.
    static func path(_ reference: String) -> [String]? {
        let keys = reference.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard keys.first == "data", !keys.contains("") else { return nil }
        return Array(keys.dropFirst())
    }
}
