extension PartialResult {
    /// The queries as Rego, one literal a line.
    public var queryTexts: [String] {
        queries.map { PartialText.named($0).map(\.description).joined(separator: "\n") }
    }

    /// The modules of support as Rego.
    public var supportTexts: [String] { support.map { PartialText.module($0) } }
}

/// Writes what partial evaluation leaves over.
private enum PartialText {
    static func module(_ module: Module) -> String {
        "package \(Ref(head: Term(.variable("data")), path: module.package.path.map { Term(.string($0)) }).description.dropFirst(5))\n"
            + module.rules.map { "\n" + rule($0) }.joined()
    }

    private static func rule(_ rule: Rule) -> String {
        let head = rule.head
        var text = rule.isDefault ? "default " : ""
        text += Ref(head: Term(.variable(head.name)), path: head.path).description
        if let arguments = head.arguments { text += "(\(arguments.map(\.description).joined(separator: ", ")))" }
        if let key = head.key { text += " contains \(key)" }
        if let value = head.value, rule.isDefault || !value.isTrue || rule.body.isTrue { text += " := \(value)" }
        if rule.isDefault || rule.body.isTrue && head.key == nil { return text + "\n" }
        return text + " if {\n" + named(rule.body).map { "\t\($0)\n" }.joined() + "}\n"
    }

    /// The body with a name for each wildcard that it needs more than once: written as `_` it would be a new one each time.
    static func named(_ body: Body) -> Body {
        var counts: [String: Int] = [:]
        for expression in body {
            expression.walkDeep { if case .variable(let name) = $0.kind, name.hasPrefix("$") { counts[name, default: 0] += 1 } }
        }
        let names = counts.filter { $0.value > 1 }.keys.reduce(into: [String: String]()) { $0[$1] = "__wildcard_\($1.dropFirst())__" }
        return names.isEmpty ? body : body.renaming(names)
    }
}

extension Term {
    fileprivate var isTrue: Bool { if case .boolean(true) = kind { true } else { false } }
}

extension [Expression] {
    fileprivate var isTrue: Bool {
        guard count == 1, !self[0].isNegated, case .term(let term) = self[0].kind else { return isEmpty }
        return term.isTrue
    }
}
