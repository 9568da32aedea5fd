import Rego

/// Everywhere a name stands, in all files where it is a document.
enum References: Feature {
    struct Parameters: Decodable {
        struct Context: Decodable { var includeDeclaration: Bool }
        var textDocument: TextDocumentIdentifier
        var position: Position
        var context: Context?
    }

    static let method = "textDocument/references"
    static let capability: Capability = ("referencesProvider", true)

    static func answer(_ parameters: Parameters, in workspace: Workspace) throws(RequestError) -> [Location] {
        let place = PositionParameters(textDocument: parameters.textDocument, position: parameters.position)
        guard let name = try workspace.name(at: place) else { return [] }
        let includesDefinitions = parameters.context?.includeDeclaration != false
        return name.occurrences.filter { includesDefinitions || !$0.occurrence.isDefinition }.compactMap { $0.document.location($0.occurrence.range) }
    }
}

/// The same within a document, to be marked while the cursor is on the name.
enum Highlights: Feature {
    struct Highlight: Encodable {
        enum Kind: Int, Encodable { case read = 2, write }
        var range: TextRange
        var kind: Kind
    }

    static let method = "textDocument/documentHighlight"
    static let capability: Capability = ("documentHighlightProvider", true)

    static func answer(_ parameters: PositionParameters, in workspace: Workspace) throws(RequestError) -> [Highlight] {
        guard let name = try workspace.name(at: parameters) else { return [] }
        return name.occurrences.filter { $0.document.path == name.document.path }.compactMap { found in
            found.document.range(found.occurrence.range).map { Highlight(range: $0, kind: found.occurrence.isDefinition ? .write : .read) }
        }
    }
}
