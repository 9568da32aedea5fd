import Rego

/// What a name is: the signature and meaning of a built-in, the heads, type, metadata and sample value of a rule, a package's rules.
enum Hovers: Feature {
    struct Hover: Encodable {
        var contents: MarkupContent
        var range: TextRange?
    }

    static let method = "textDocument/hover"
    static let capability: Capability = ("hoverProvider", true)

    static func answer(_ parameters: PositionParameters, in workspace: Workspace) throws(RequestError) -> Hover? {
        guard let name = try workspace.name(at: parameters), let text = text(of: name) else { return nil }
        return Hover(contents: MarkupContent(value: text), range: name.document.range(name.occurrence.range))
    }

    private static func text(of name: NameAtPlace) -> String? {
        switch name.symbol {
        case .builtin(let builtin): BuiltinRegistry.standard[builtin].map(text)
        case .document(let path): document(path, name)
        case .alias(let alias):
            name.document.tree?.module.imports.first { $0.alias == alias }.flatMap { item in
                item.path.first == "data" ? document(Array(item.path.dropFirst()), name) : input(Array(item.path.dropFirst()), name)
            }
        case .input(let path): input(path, name)
        case .local, .undeclared: variable(name)
        }
    }

    static func code(_ text: String) -> String { "```rego\n\(text)\n```" }

    static func text(of builtin: Builtin) -> String {
        let operators = builtin.infix.map { "\n\nWritten `\($0)` between its operands." } ?? ""
        let name = builtin.name.hasPrefix("internal.") ? builtin.infix ?? builtin.name : builtin.name
        return code(name + builtin.signature) + "\n\n" + builtin.summary + operators + (builtin.isDeprecated ? "\n\nDeprecated." : "")
    }

    // MARK: Documents

    private static func document(_ path: [String], _ name: NameAtPlace) -> String? {
        if let rule = name.root.rule(at: path) { return text(ofRule: rule, in: name.root) }
        return package(path, name.root)
    }

    private static let mostHeads = 6

    static func text(ofRule path: [String], in root: PolicyRoot) -> String {
        let definitions = root.definitions(of: path)
        var heads: [String] = [], annotations: [Annotations] = []
        for (document, definition) in definitions {
            guard let tree = document.tree else { continue }
            heads.append(RuleText.head(of: tree.rule(definition), in: tree))
            annotations += tree.rule(definition).annotations
        }
        let more = heads.count > mostHeads ? ["# and \(heads.count - mostHeads) more"] : []
        var sections = [code((heads.prefix(mostHeads) + more).joined(separator: "\n"))]
        if let type = root.compiled.snapshot?.policies.type(at: path) { sections.append("Type: `\(type)`") }
        sections += annotations.flatMap { ["title", "description"].compactMap($0.fields.text) }
        if let sample = RuleText.sample(of: path, in: root) { sections.append(sample) }
        sections.append("`\(RuleText.path(path))`")
        return sections.joined(separator: "\n\n")
    }

    /// A package and its rules, or what lies below a path.
    private static func package(_ path: [String], _ root: PolicyRoot) -> String? {
        let trees = root.trees.filter { $0.package == path }
        guard !trees.isEmpty else { return nil }
        let names = Set(trees.flatMap { $0.definitions.map { $0.path.dropFirst(path.count).joined(separator: ".") } }).sorted()
        let titles = trees.flatMap { $0.module.annotations }.filter { $0.scope == .package }.compactMap { $0.fields.text("title") }
        return ([code("package \(path.joined(separator: "."))")] + titles + ["Rules: \(names.map { "`\($0)`" }.joined(separator: ", "))"]).joined(separator: "\n\n")
    }

    // MARK: Inputs and variables

    private static func input(_ path: [String], _ name: NameAtPlace) -> String? {
        guard let input = name.root.compiled.inputs[name.document.path], let file = input.file, let value = input.value else { return nil }
        let text = code((["input"] + path).joined(separator: "."))
        guard let member = path.reduce(Optional(value), { $0?[$1] }) else { return "\(text)\n\nNot in \(file)." }
        return "\(text)\n\nIn \(file): `\(RuleText.short(member))`"
    }

    /// Places of compiled policies are those of the text only where it has not changed since.
    private static func type(of name: NameAtPlace, in tree: PolicyTree) -> RegoType? {
        guard name.root.compiled.isCurrent, name.root.compiled.revision == name.root.revision else { return nil }
        let type = name.root.compiled.snapshot?.policies.type(ofVariableIn: tree.module.file, at: name.occurrence.range.lowerBound)
        return type == .any ? nil : type
    }

    private static func variable(_ name: NameAtPlace) -> String? {
        guard let first = name.occurrences.first, let tree = name.document.tree else { return nil }
        let text = tree.text.text(name.occurrence.range)
        let isArgument = first.occurrence.rule.map { tree.module.rules[$0] }?.head.arguments?.contains { argument in
            argument.location.offset <= first.occurrence.range.lowerBound && first.occurrence.range.upperBound <= argument.location.offset + argument.location.length
        }
        let line = name.document.range(first.occurrence.range).map { ", line \($0.start.line + 1)" } ?? ""
        return "\(code(text))\n\n\(isArgument == true ? "Argument" : "Variable")\(line)\(type(of: name, in: tree).map { ", type `\($0)`" } ?? "")"
    }
}

extension Value {
    /// A member that is a text.
    fileprivate func text(_ name: String) -> String? { if case .string(let text)? = self[name] { text } else { nil } }
}
