import Rego

/// The rules of a document, for an outline.
enum DocumentSymbols: Feature {
    struct Entry: Encodable {
        var name: String
        var detail: String
        var kind: SymbolKind
        var range: TextRange
        var selectionRange: TextRange
    }

    static let method = "textDocument/documentSymbol"
    static let capability: Capability = ("documentSymbolProvider", true)

    static func answer(_ parameters: DocumentParameters, in workspace: Workspace) throws(RequestError) -> [Entry] {
        let document = try workspace.subject(parameters.textDocument).document
        guard let tree = document.tree else { return [] }
        return tree.definitions.compactMap { definition in
            let rule = tree.rule(definition)
            let whole = min(rule.location.offset, definition.name.lowerBound)..<max(PolicyTree.end(of: rule), definition.name.upperBound)
            guard let name = document.range(definition.name), let range = document.range(whole) else { return nil }
            let dotted = definition.path.dropFirst(tree.package.count).joined(separator: ".")
            return Entry(name: dotted, detail: RuleText.head(of: rule, in: tree), kind: SymbolKind(rule), range: range, selectionRange: name)
        }
    }
}

/// The rules of all policies whose names contain a text.
enum WorkspaceSymbols: Feature {
    struct Parameters: Decodable { var query: String }

    struct Entry: Encodable {
        var name: String
        var kind: SymbolKind
        var location: Location
        var containerName: String
    }

    private static let most = 500
    static let method = "workspace/symbol"
    static let capability: Capability = ("workspaceSymbolProvider", true)

    static func answer(_ parameters: Parameters, in workspace: Workspace) throws(RequestError) -> [Entry] {
        let wanted = parameters.query.lowercased()
        let documents = workspace.roots.values.flatMap(\.sorted).sorted { $0.path.text < $1.path.text }
        var found: [Entry] = []
        for document in documents where found.count < most { found += entries(document, wanted) }
        return Array(found.prefix(most))
    }

    private static func entries(_ document: PolicyDocument, _ wanted: String) -> [Entry] {
        guard let tree = document.tree else { return [] }
        return tree.firstDefinitions.compactMap { definition in
            let name = definition.path.dropFirst(tree.package.count).joined(separator: ".")
            guard wanted.isEmpty || name.lowercased().contains(wanted), let location = document.location(definition.name) else { return nil }
            return Entry(name: name, kind: SymbolKind(tree.rule(definition)), location: location, containerName: RuleText.path(tree.package))
        }
    }
}

/// What editors draw beside a name.
enum SymbolKind: Int, Encodable {
    case method = 6, function = 12, variable = 13, constant = 14

    init(_ rule: Rule) {
        if rule.head.arguments != nil { self = .function } else if rule.head.name.hasPrefix("test_") { self = .method } else if rule.isDefault { self = .constant } else { self = .variable }
    }
}
