import Rego

/// Where a name is made: all rules that make a document, the packages of that name, the declaration of a variable, an alias.
enum Definitions: Feature {
    static let method = "textDocument/definition"
    static let capability: Capability = ("definitionProvider", true)

    static func answer(_ parameters: PositionParameters, in workspace: Workspace) throws(RequestError) -> [Location] {
        guard let name = try workspace.name(at: parameters) else { return [] }
        return locations(of: name)
    }

    static func locations(of name: NameAtPlace) -> [Location] {
        switch name.symbol {
        case .document(let path): documents(path, in: name.root)
        case .local, .undeclared: name.occurrences.prefix(1).compactMap { $0.document.location($0.occurrence.range) }
        case .alias(let alias): target(of: alias, name)
        case .input, .builtin: []
        }
    }

    /// A name behind a rule's is a part of its value, so the rule makes it.
    private static func documents(_ path: [String], in root: PolicyRoot) -> [Location] {
        guard !path.isEmpty else { return [] }
        if let rule = root.rule(at: path) { return root.definitions(of: rule).compactMap { $0.document.location($0.definition.name) } }
        return packages(path, in: root)
    }

    /// The packages of this path; where there is none, those that lie in it.
    private static func packages(_ path: [String], in root: PolicyRoot) -> [Location] {
        let below = root.sorted.filter { $0.tree?.package.starts(with: path) == true }
        let exact = below.filter { $0.tree?.package == path }
        return (exact.isEmpty ? below : exact).compactMap { document in
            document.tree?.occurrences.last { $0.rule == nil && $0.isDefinition && $0.symbol == .document(document.tree?.package ?? []) }.flatMap { document.location($0.range) }
        }
    }

    /// What the import with this alias names, and the import itself where that is nothing of the workspace.
    private static func target(of alias: String, _ name: NameAtPlace) -> [Location] {
        let item = name.document.tree?.module.imports.first { $0.alias == alias }
        let targets = item?.path.first == "data" ? documents(Array(item?.path.dropFirst() ?? []), in: name.root) : []
        guard targets.isEmpty || name.occurrence.isDefinition else { return targets }
        return name.occurrences.filter { $0.occurrence.isDefinition }.compactMap { $0.document.location($0.occurrence.range) }
    }
}
