import Rego

/// What was defined in one package by hand.
struct InteractiveModule {
    /// One statement, as it was typed.
    struct Definition {
        var name: String
        var text: String
        var isDefault: Bool
        /// Whether it alone says what the rule is: `x := 1`.
        var isWhole: Bool
    }

    let package: [String]
    var imports: [String] = []
    private(set) var definitions: [Definition] = []

    init(package: [String]) { self.package = package }

    var isEmpty: Bool { imports.isEmpty && definitions.isEmpty }
    var names: Set<String> { Set(definitions.map(\.name)) }

    /// Adds a definition. A rule that it alone defines takes the place of what had its name; so does a default that of another.
    ///
    /// - Returns: whether something had the name.
    mutating func define(_ definition: Definition) -> Bool {
        let isKnown = names.contains(definition.name)
        definitions.removeAll { $0.name == definition.name && (definition.isWhole || $0.isWhole || (definition.isDefault && $0.isDefault)) }
        definitions.append(definition)
        return isKnown
    }

    /// Takes a rule away; false where there is none.
    mutating func remove(_ name: String) -> Bool {
        let count = definitions.count
        definitions.removeAll { $0.name == name }
        return definitions.count < count
    }

    /// What a name stands for by an import: the last key of `data.roles`, or the name after `as`.
    func importedPath(of name: String) -> String? {
        for text in imports {
            let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
            guard let path = words.first, path.hasPrefix("data") else { continue }
            if (words.count == 3 ? words[2] : path.split(separator: ".").last.map(String.init)) == name { return path }
        }
        return nil
    }

    var text: String {
        let parts = [["package \(RuleName.text(package))"], imports.map { "import \($0)" }].filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }
        return (parts + definitions.map(\.text)).joined(separator: "\n\n") + "\n"
    }

    func source(_ version: RegoVersion) -> PolicySource { PolicySource(file: package == ["repl"] ? "(repl)" : "(repl \(package.joined(separator: ".")))", text: text, version: version) }

    /// The definitions in a text; nil where it is not made of rules.
    static func definitions(in text: String, of module: InteractiveModule, _ version: RegoVersion) -> [Definition]? {
        let heading = InteractiveModule(package: module.package).text
        guard let parsed = Parser.parse(PolicySource(file: "", text: heading + text, version: version)).module, !parsed.rules.isEmpty else { return nil }
        let isOne = parsed.rules.count == 1
        return parsed.rules.enumerated().map { position, rule in
            let hasBody = !(rule.body.isEmpty || (rule.body.count == 1 && rule.body[0].isGenerated)) || !rule.elseRule.isEmpty
            let isWhole = !rule.isDefault && !hasBody && rule.head.arguments == nil && rule.head.key == nil && rule.head.path.isEmpty
            // Several statements at once stay together, as they were typed.
            return Definition(name: rule.head.name, text: isOne || position == 0 ? text : "", isDefault: rule.isDefault, isWhole: isWhole && isOne)
        }.filter { !$0.text.isEmpty }
    }
}

enum RuleName {
    /// Keys as a reference without `data`, with brackets where a key is no plain name.
    static func text(_ keys: [String]) -> String {
        keys.enumerated().map { position, key in
            let isPlain = key.first.map { $0.isLetter || $0 == "_" } == true && key.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
            return isPlain || position == 0 ? (position == 0 ? "" : ".") + key : "[\(Value.string(key).regoText)]"
        }.joined()
    }
}
