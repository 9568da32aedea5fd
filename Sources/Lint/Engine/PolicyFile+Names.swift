import Rego

/// What names mean in a file.
extension PolicyFile {
    /// Names that are known everywhere in the file: rules and imports.
    var globalNames: Set<String> { index.globalNames }

    /// `data.…` in full for a reference that begins with a rule of the package or with an import.
    func fullPath(of path: String) -> String {
        let first = path.split(separator: ".", maxSplits: 1).first.map(String.init) ?? path
        if first == "data" || first == "input" { return path }
        if let item = module.imports.first(where: { $0.name == first && $0.path.first == "data" }) { return item.path.joined(separator: ".") + path.dropFirst(first.count) }
        return "\(packageName).\(path)"
    }

    /// Functions with all their definitions in the file, in the order of the first.
    var functions: [[Rule]] {
        var order: [String] = [], byName: [String: [Rule]] = [:]
        for rule in module.rules where rule.head.arguments != nil && !rule.isDefault {
            if byName[rule.dottedName] == nil { order.append(rule.dottedName) }
            byName[rule.dottedName, default: []].append(rule)
        }
        return order.compactMap { byName[$0] }
    }

    /// Rules of the same name and arguments, every two of them; where there are many, only neighbours.
    var siblings: [(Rule, Rule)] {
        var byHead: [String: [Rule]] = [:], order: [String] = []
        for rule in module.rules where !rule.isDefault {
            let name = rule.nameText
            if byHead[name] == nil { order.append(name) }
            byHead[name, default: []].append(rule)
        }
        return order.flatMap { name -> [(Rule, Rule)] in
            let rules = byHead[name] ?? []
            guard rules.count <= 50 else { return Array(zip(rules, rules.dropFirst())) }
            return rules.indices.flatMap { first in rules[(first + 1)...].map { (rules[first], $0) } }
        }
    }

    /// Variables where they are declared: arguments, `:=`, `some`, `every`.
    var declarations: [Term] { index.declarations.map(\.term) }

    /// How often each variable stands in a branch; by branch.
    var variableCounts: [[String: Int]] { index.variableCounts }
}

extension SyntaxIndex {
    /// The variables that a term binds where it is assigned to, or is an argument: `x`, and those in `[x, y]`.
    static func bound(by term: Term) -> [Term] {
        switch term.kind {
        case .variable: term.localName == nil ? [] : [term]
        case .array(let terms): terms.flatMap(bound)
        case .object(let entries): entries.flatMap { bound(by: $0.value) }
        default: []
        }
    }
}

extension Rule {
    /// Name and arguments.
    var nameText: String {
        let path = Ref(head: Term(.variable(head.name)), path: head.path).description
        guard let arguments = head.arguments else { return path }
        return "\(path)(\(arguments.map(\.description).joined(separator: ", ")))"
    }

    /// A definition that holds for every input and argument, with a constant for its value.
    var isUnconditionalConstant: Bool {
        guard !isDefault, hasNoBody, elseRule.isEmpty, head.constantValue != nil, head.path.allSatisfy({ $0.stringValue != nil }) else { return false }
        let names = (head.arguments ?? []).map(\.variableName)
        return names.allSatisfy { $0 != nil } && Set(names).count == names.count
    }

    /// Name, arguments, key and value.
    var headText: String { "\(nameText) \(head.key.map { "contains \($0)" } ?? "") := \(head.value?.description ?? "true")" }

    /// The whole rule in one text, whatever white space and comments it is written with.
    var fingerprint: String {
        "\(isDefault) \(headText) if \(body.regoText) \(elseRule.map { "else \($0.fingerprint)" }.joined())"
    }
}

extension Head {
    /// The value, where it is a constant. What has none written is `true`.
    var constantValue: Value? {
        guard let value else { return key == nil ? .boolean(true) : nil }
        return value.constant
    }
}

extension Expression {
    var hasWildcard: Bool {
        var found = false
        visit { if $0.isWildcard { found = true } }
        return found
    }
}
