import Rego

/// «Evaluate» above each rule that is no function, and «Run test» above tests.
enum CodeLenses: Feature {
    struct Lens: Encodable {
        struct Command: Encodable {
            var title: String
            var command: String
            var arguments: [Evaluation.Subject]
        }
        var range: TextRange
        var command: Command
    }

    static let method = "textDocument/codeLens"
    static let capability: Capability = ("codeLensProvider", [:])

    static func answer(_ parameters: DocumentParameters, in workspace: Workspace) throws(RequestError) -> [Lens] {
        let document = try workspace.subject(parameters.textDocument).document
        guard let tree = document.tree else { return [] }
        return tree.firstDefinitions.compactMap { definition in
            let rule = tree.rule(definition)
            guard rule.head.arguments == nil, let range = document.range(definition.name) else { return nil }
            let title = rule.head.name.hasPrefix("test_") ? "Run test" : "Evaluate"
            return Lens(range: range, command: .init(title: title, command: Evaluation.command, arguments: [.init(uri: document.uri, position: range.start)]))
        }
    }
}
