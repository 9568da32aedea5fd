import Rego

/// What may stand at the cursor: variables of the rule, rules of the package, imports, built-ins and keywords; behind a dot, what lies in the
/// document. It reads the text before the cursor, because what is being typed is no policy yet.
enum Completions: Feature {
    enum Kind: Int, Encodable {
        case function = 3, field = 5, variable = 6, module = 9, keyword = 14
    }

    struct Item: Encodable {
        var label: String
        var kind: Kind
        var detail: String?
        var documentation: MarkupContent?
        /// The nearest first.
        var sortText: String
        var filterText: String
        var textEdit: TextEdit
    }

    struct List: Encodable {
        var isIncomplete = false
        var items: [Item]
    }

    static let method = "textDocument/completion"
    static let capability: Capability = ("completionProvider", ["triggerCharacters": ["."]])

    static func answer(_ parameters: PositionParameters, in workspace: Workspace) throws(RequestError) -> List {
        let (root, document) = try workspace.subject(parameters.textDocument)
        let cursor = CursorContext(document.text, at: document.text.offset(of: parameters.position))
        guard !cursor.isInText else { return List(items: []) }
        let completion = Completion(root: root, document: document, cursor: cursor)
        return List(items: completion.items.sorted { ($0.sortText, $0.label) < ($1.sortText, $1.label) })
    }
}

private struct Completion {
    let root: PolicyRoot
    let document: PolicyDocument
    let cursor: CursorContext

    private var package: [String] { document.tree?.package ?? [] }
    private var imports: [Import] { document.tree?.module.imports ?? [] }

    var items: [Completions.Item] {
        if cursor.before.hasPrefix("import ") { return cursor.names.count > 1 ? members : importRoots }
        if cursor.before.hasPrefix("package ") { return [] }
        return cursor.names.count > 1 ? members + builtins : variables + rules + importedNames + builtins + keywords
    }

    private enum Rank: String { case variable = "0", rule = "1", builtin = "2", keyword = "3" }

    private func item(_ label: String, _ kind: Completions.Kind, _ rank: Rank, detail: String? = nil, documentation: String? = nil, replacing range: Range<Int>? = nil) -> Completions.Item {
        Completions.Item(
            label: label, kind: kind, detail: detail, documentation: documentation.map { MarkupContent(value: $0) }, sortText: rank.rawValue + label, filterText: label,
            textEdit: TextEdit(range: cursor.text.range(range ?? cursor.last), newText: label))
    }

    // MARK: Names

    private var variables: [Completions.Item] {
        let known = Set(Completion.keywordNames + ["input", "data"] + root.trees.filter { $0.package == package }.flatMap { $0.module.rules.map(\.head.name) } + imports.map(\.name))
        return cursor.namesInRule.subtracting(known).filter { BuiltinRegistry.standard[$0] == nil && $0 != "_" && !Completion.builtinFamilies.contains($0) }
            .map { item($0, .variable, .variable) }
    }

    private var rules: [Completions.Item] { children(of: package).filter { $0.kind != .module } }

    private var importedNames: [Completions.Item] {
        imports.filter { $0.path.first == "data" || $0.path.first == "input" }.map { item($0.name, .module, .rule, detail: $0.path.joined(separator: ".")) }
    }

    private var importRoots: [Completions.Item] { ["data", "input", "rego.v1"].map { item($0, .module, .rule, replacing: cursor.dotted) } }

    private static let builtinFamilies = Set(BuiltinRegistry.standard.builtins.compactMap { $0.name.split(separator: ".").first.map(String.init) })
    private static let keywordNames = ["as", "contains", "default", "else", "every", "false", "if", "import", "in", "not", "null", "package", "some", "true", "with"]

    private var keywords: [Completions.Item] {
        (Completion.keywordNames).map { item($0, .keyword, .keyword) } + [item("input", .variable, .rule), item("data", .variable, .rule)]
    }

    private var builtins: [Completions.Item] {
        let prefix = cursor.names.dropLast().map { $0 + "." }.joined()
        return BuiltinRegistry.standard.builtins.filter { $0.name.hasPrefix(prefix) && !$0.name.hasPrefix("internal.") && $0.infix == nil && !$0.isDeprecated }.map {
            item($0.name, .function, .builtin, detail: $0.signature, documentation: $0.summary, replacing: cursor.dotted)
        }
    }

    // MARK: Members

    /// What lies in the document before the last dot.
    private var members: [Completions.Item] {
        let names = Array(cursor.names.dropLast())
        switch names.first {
        case "data": return children(of: Array(names.dropFirst()))
        case "input": return fields(of: Array(names.dropFirst()))
        default: break
        }
        let rest = names.dropFirst()
        if let item = imports.first(where: { $0.name == names.first }) {
            let path = item.path.dropFirst() + rest
            return item.path.first == "input" ? fields(of: Array(path)) : children(of: Array(path))
        }
        return children(of: package + names)
    }

    /// Packages and rules below a path, and what base data and the rules' sample values have there.
    private func children(of path: [String]) -> [Completions.Item] {
        var found: [String: Completions.Item] = [:]
        for tree in root.trees {
            if tree.package.count > path.count, tree.package.starts(with: path) { found[tree.package[path.count]] = item(tree.package[path.count], .module, .rule) }
            for definition in tree.firstDefinitions where definition.path.count > path.count && definition.path.starts(with: path) {
                let name = definition.path[path.count], rule = tree.rule(definition)
                guard !(rule.head.name.hasPrefix("test_")), found[name] == nil || definition.path.count == path.count + 1 else { continue }
                let isFunction = rule.head.arguments != nil
                found[name] = item(name, isFunction ? .function : .variable, .rule, detail: RuleText.head(of: rule, in: tree))
            }
        }
        for name in keys(of: sampleValue(at: path)) where found[name] == nil { found[name] = item(name, .field, .rule) }
        return Array(found.values)
    }

    /// What a document is for the sample input: base data, or the value of a rule.
    private func sampleValue(at path: [String]) -> Value? {
        if let rule = root.rule(at: path) {
            for samples in root.compiled.samples.values {
                if case .value(let value)? = samples.outcomes[rule] { return path.dropFirst(rule.count).reduce(value) { $0?[$1] } }
            }
        }
        return path.reduce(root.compiled.data) { $0?[$1] }
    }

    /// Members of the input that the sample has, or that policies refer to.
    private func fields(of path: [String]) -> [Completions.Item] {
        let sample = root.compiled.inputs[document.path]?.value
        var names = Set(keys(of: path.reduce(sample) { $0?[$1] }))
        for tree in root.trees {
            for case .input(let used) in tree.occurrences.map(\.symbol) where used.count > path.count && used.starts(with: path) { names.insert(used[path.count]) }
        }
        // What is being typed is not known by that.
        names.remove(cursor.names.last ?? "")
        return names.map { item($0, .field, .rule) }
    }

    private func keys(of value: Value?) -> [String] {
        guard case .object(let entries)? = value else { return [] }
        return entries.compactMap { if case .string(let name) = $0.key { name } else { nil } }
    }
}
