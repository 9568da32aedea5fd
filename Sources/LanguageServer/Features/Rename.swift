import Rego

/// Whether a name can be renamed, and which text that is.
enum RenamePreparation: Feature {
    struct Subject: Encodable {
        var range: TextRange
        var placeholder: String
    }

    static let method = "textDocument/prepareRename"
    static let capability: Capability = ("renameProvider", ["prepareProvider": true])

    static func answer(_ parameters: PositionParameters, in workspace: Workspace) throws(RequestError) -> Subject? {
        guard let name = try workspace.name(at: parameters) else { return nil }
        try Rename.check(name)
        let bytes = Rename.word(of: name.occurrence, in: name.document)
        return name.document.range(bytes).map { Subject(range: $0, placeholder: name.document.tree?.text.text(bytes) ?? "") }
    }
}

/// Gives a variable, argument, alias or rule another name everywhere. What would then mean something else is refused.
enum Rename: Feature {
    struct Parameters: Decodable {
        var textDocument: TextDocumentIdentifier
        var position: Position
        var newName: String
    }

    static let method = "textDocument/rename"
    static let capability = RenamePreparation.capability

    static func answer(_ parameters: Parameters, in workspace: Workspace) throws(RequestError) -> WorkspaceEdit {
        let place = PositionParameters(textDocument: parameters.textDocument, position: parameters.position)
        guard let name = try workspace.name(at: place) else { throw RequestError(.requestFailed, "no name stands here") }
        try check(name)
        try RenameClashes(name: name, newName: parameters.newName).check()
        var changes: [String: [TextEdit]] = [:]
        for (document, occurrence) in name.occurrences {
            guard let range = document.range(word(of: occurrence, in: document)) else { continue }
            changes[document.uri, default: []].append(TextEdit(range: range, newText: parameters.newName))
        }
        return WorkspaceEdit(changes: changes)
    }

    /// The name within its quotes.
    static func word(of occurrence: Occurrence, in document: PolicyDocument) -> Range<Int> {
        let range = occurrence.range
        guard let first = document.tree?.text.bytes[range.lowerBound], !DocumentText.isWordByte(first), range.count >= 2 else { return range }
        return range.lowerBound + 1..<range.upperBound - 1
    }

    /// Whether what the name stands for can have another name at all.
    static func check(_ name: NameAtPlace) throws(RequestError) {
        switch name.symbol {
        case .builtin(let builtin): throw RequestError(.requestFailed, "\(builtin) is a built-in and keeps its name")
        case .input: throw RequestError(.requestFailed, "what is in the input is named by those who ask; it keeps its name")
        case .document(let path) where !name.root.isRule(path):
            throw RequestError(.requestFailed, "\(RuleText.path(path)) is no rule of these policies; packages and data keep their names")
        default: break
        }
        if let broken = name.root.sorted.first(where: { !$0.isWellFormed }) {
            throw RequestError(.requestFailed, "mend first what is wrong with \(broken.name): names in it are not known")
        }
    }
}

/// What another name would collide with.
private struct RenameClashes {
    let name: NameAtPlace
    let newName: String

    func check() throws(RequestError) {
        guard PlainName.isOne(newName) else { throw clash("is not a name: letters, digits and _ make one, and keywords do not") }
        switch name.symbol {
        case .document(let path): try check(rule: path)
        default: try check(localName: newName)
        }
    }

    private func clash(_ reason: String) -> RequestError { RequestError(.requestFailed, "\(newName) \(reason)") }

    /// Another document has the name, or a file in which the rule is named knows it as something else.
    private func check(rule path: [String]) throws(RequestError) {
        let newPath = path.dropLast() + [newName]
        for tree in name.root.trees {
            if tree.definitions.contains(where: { $0.path.starts(with: newPath) }) || tree.package.starts(with: newPath) {
                throw clash("is there already: \(RuleText.path(Array(newPath)))")
            }
        }
        for (document, occurrence) in name.occurrences where occurrence.isPlain {
            guard let tree = document.tree else { continue }
            try checkGlobals(of: tree, in: document)
            if let rule = occurrence.rule, tree.hasVariable(newName, inRule: rule) { throw clash("is a variable where \(path.last ?? "") is used, in \(document.name)") }
        }
        // A name behind an import of the rule itself stands alone too.
        for document in name.root.sorted {
            guard let tree = document.tree, tree.module.imports.contains(where: { $0.path == ["data"] + path && $0.alias == nil }) else { continue }
            try checkGlobals(of: tree, in: document)
        }
    }

    /// A variable or alias: in the rule, or the file, nothing else may have the name.
    private func check(localName: String) throws(RequestError) {
        guard let tree = name.document.tree else { return }
        try checkGlobals(of: tree, in: name.document)
        if case .alias = name.symbol {
            if tree.module.rules.indices.contains(where: { tree.hasVariable(newName, inRule: $0) }) { throw clash("is a variable of this file") }
        } else if let rule = name.occurrence.rule, tree.hasVariable(newName, inRule: rule) {
            throw clash("is another variable of this rule")
        }
    }

    private func checkGlobals(of tree: PolicyTree, in document: PolicyDocument) throws(RequestError) {
        if newName == "input" || newName == "data" { throw clash("is a root document") }
        if name.root.isRule(tree.package + [newName]) { throw clash("is a rule of package \(tree.package.joined(separator: "."))") }
        if tree.module.imports.contains(where: { $0.name == newName }) { throw clash("is an import of \(document.name)") }
        if BuiltinRegistry.standard.builtins.contains(where: { $0.name == newName || $0.name.hasPrefix(newName + ".") }) { throw clash("is a built-in") }
    }
}

extension PolicyTree {
    /// Whether a variable of a rule has a name.
    fileprivate func hasVariable(_ name: String, inRule rule: Int) -> Bool {
        occurrences.contains { occurrence in
            guard occurrence.rule == rule else { return false }
            switch occurrence.symbol {
            case .local, .undeclared: return text.text(occurrence.range) == name
            default: return false
            }
        }
    }
}

/// Names that may be written without quotes.
enum PlainName {
    /// Whether a text is a name that variables and rules may have: no keyword of Rego.
    static func isOne(_ text: String) -> Bool {
        let (module, _) = Parser.parse(PolicySource(file: "", text: "package name\n\(text) := true"))
        guard text.utf8.allSatisfy(DocumentText.isWordByte) else { return false }
        return module?.rules.first?.head.name == text && module?.rules.count == 1
    }
}
