import Rego

/// What each rule gives for the sample input, behind the first line of its first definition.
enum InlayHints: Feature {
    struct Parameters: Decodable {
        var textDocument: TextDocumentIdentifier
        var range: TextRange
    }

    struct Hint: Encodable {
        var position: Position
        var label: String
        var tooltip: MarkupContent
        var paddingLeft = true
    }

    static let method = "textDocument/inlayHint"
    static let capability: Capability = ("inlayHintProvider", true)

    static func answer(_ parameters: Parameters, in workspace: Workspace) throws(RequestError) -> [Hint] {
        let (root, document) = try workspace.subject(parameters.textDocument)
        guard let tree = document.tree, let samples = root.compiled.samples[document.path] else { return [] }
        return tree.firstDefinitions.compactMap { definition in
            guard let outcome = samples.outcomes[definition.path], let range = document.range(definition.name) else { return nil }
            let end = document.text.line(range.start.line).upperBound
            let hint = Hint(position: document.text.position(of: end), label: "= \(RuleText.short(outcome))", tooltip: tooltip(outcome, samples.input))
            return parameters.range.touches(TextRange(start: hint.position, end: hint.position)) ? hint : nil
        }
    }

    private static func tooltip(_ outcome: SampleValues.Outcome, _ input: SampleInput) -> MarkupContent {
        let place = input.problem ?? input.file.map { "For \($0)" } ?? "Without an input: there is no \(SampleInput.names[0]) beside the policy or above it"
        guard case .value(let value) = outcome else { return MarkupContent(value: place) }
        return MarkupContent(value: "\(place)\n\n```json\n\(value.prettyJSON(escapesHTML: false))\n```")
    }
}

extension PolicyTree {
    /// One definition a document: the first that is no default, where there is one.
    var firstDefinitions: [Definition] {
        definitionsByPath.values.map { positions in
            let all = positions.map { definitions[$0] }
            return all.first { !rule($0).isDefault } ?? all[0]
        }.sorted { $0.name.lowerBound < $1.name.lowerBound }
    }
}
