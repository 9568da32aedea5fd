import Rego

extension PolicyFile {
    /// The file as a document, for rules written in Rego: `name`, `package`, `lines`, and lists of `imports`, `rules`, `calls`, `refs`, `strings` and
    /// `comments`, each with its `location` (`row` and `col`, from 1).
    var facts: Value {
        [
            "name": .string(path), "package": .string(packageName),
            "lines": .array(lines.map { .string(text($0)) }),
            "imports": .array(module.imports.map { ["path": .string($0.path.joined(separator: ".")), "name": .string($0.name), "location": Self.document($0.location)] }),
            "rules": .array(branches.map(Self.document)),
            "calls": .array(
                calls.map { site in
                    [
                        "name": .string(site.name), "arguments": .array(site.arguments.map { .string($0.description) }), "rule": .string(branches[site.branch].rule.dottedName),
                        "location": Self.document(site.location),
                    ]
                }),
            "refs": .array(refs.map { ["text": .string($0.term.description), "rule": .string(branches[$0.branch].rule.dottedName), "location": Self.document($0.location)] }),
            "strings": .array(index.strings.map { ["value": .string($0.term.stringValue ?? ""), "location": Self.document($0.term.location)] }),
            "comments": .array(module.comments.map { ["text": .string($0.text), "location": Self.document($0.location)] }),
        ]
    }

    private static func document(_ branch: SyntaxIndex.Branch) -> Value {
        let rule = branch.rule
        return [
            "name": .string(rule.dottedName), "is_default": .boolean(rule.isDefault), "is_else": .boolean(branch.isElse), "is_set": .boolean(rule.head.key != nil),
            "arguments": rule.head.arguments.map { .array($0.map { .string($0.description) }) } ?? .null,
            "body": .array(rule.hasNoBody ? [] : rule.body.map { ["text": .string($0.description), "location": document($0.location)] }),
            "metadata": rule.annotations.first?.fields ?? .null, "location": document(rule.head.location),
        ]
    }

    private static func document(_ location: SourceLocation) -> Value {
        ["row": .number(Number(location.row)), "col": .number(Number(location.column))]
    }
}
