import Rego

/// The parameters of the function whose call is being typed.
enum SignatureHelp: Feature {
    struct Help: Encodable {
        struct Parameter: Encodable { var label: String }
        struct Signature: Encodable {
            var label: String
            var documentation: MarkupContent?
            var parameters: [Parameter]
        }
        var signatures: [Signature]
        var activeSignature = 0
        var activeParameter: Int
    }

    static let method = "textDocument/signatureHelp"
    static let capability: Capability = ("signatureHelpProvider", ["triggerCharacters": ["(", ","]])

    static func answer(_ parameters: PositionParameters, in workspace: Workspace) throws(RequestError) -> Help? {
        let (root, document) = try workspace.subject(parameters.textDocument)
        let cursor = CursorContext(document.text, at: document.text.offset(of: parameters.position))
        guard let call = cursor.call else { return nil }
        let signatures = function(call.name, document, root)
        return signatures.isEmpty ? nil : Help(signatures: signatures, activeParameter: call.argument)
    }

    private static func function(_ name: String, _ document: PolicyDocument, _ root: PolicyRoot) -> [Help.Signature] {
        let names = name.split(separator: ".").map(String.init)
        guard let first = names.first else { return [] }
        var path = (document.tree?.package ?? []) + names
        if first == "data" { path = Array(names.dropFirst()) }
        if let item = document.tree?.module.imports.first(where: { $0.name == first && $0.path.first == "data" }) { path = Array(item.path.dropFirst()) + names.dropFirst() }
        let signatures = root.definitions(of: path).compactMap { document, definition -> Help.Signature? in
            guard let tree = document.tree, tree.rule(definition).head.arguments != nil else { return nil }
            return signature(of: tree.rule(definition), in: tree)
        }
        if !signatures.isEmpty { return signatures }
        guard let builtin = BuiltinRegistry.standard[name] else { return [] }
        return [Help.Signature(label: builtin.name + builtin.signature, documentation: MarkupContent(value: builtin.summary), parameters: builtin.parameterTexts.map { .init(label: $0) })]
    }

    private static func signature(of rule: Rule, in tree: PolicyTree) -> Help.Signature {
        Help.Signature(label: RuleText.head(of: rule, in: tree), parameters: (rule.head.arguments ?? []).map { .init(label: $0.description) })
    }
}
