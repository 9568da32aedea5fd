/// Rules that what is left over refers to, by the package that they are in.
struct SupportRules {
    private var packages: [[PartialTerm]: [PartialRule]] = [:]

    /// Whether there are rules at a reference.
    func exist(at reference: [PartialTerm]) -> Bool {
        let (package, name) = Self.split(reference)
        return packages[package]?.contains { $0.reference.first == name.first } ?? false
    }

    /// Adds a rule whose `reference` is the whole one, `data` first.
    mutating func insert(_ rule: PartialRule) {
        let (package, name) = Self.split(rule.reference)
        var rule = rule
        rule.reference = name
        packages[package, default: []].append(rule)
    }

    /// The rule's name is the last of the constant keys that can be a name; what stands before it is the package.
    private static func split(_ reference: [PartialTerm]) -> (package: [PartialTerm], name: [PartialTerm]) {
        func isName(_ position: Int) -> Bool {
            if case .value(.string(let text)) = reference[position] { Ref.isPlainName(text) } else { false }
        }
        let first = reference.indices.dropFirst(2).first(where: isName) ?? reference.count - 1
        let names = reference.indices[first...].prefix(while: isName)
        let start = names.last ?? first
        return (Array(reference[..<start]), Array(reference[start...]))
    }

    var modules: [Module] {
        packages.map { package, rules in
            let path = package.dropFirst().compactMap { if case .value(.string(let name)) = $0 { name } else { nil } }
            return Module(file: "", text: "", version: .v1, package: Package(path: path, at: .none), rules: rules.map(\.syntax))
        }.sorted { $0.package.path.lexicographicallyPrecedes($1.package.path) }
    }
}

extension PartialRule {
    /// The rule as part of a module in which `reference` is relative.
    var syntax: Rule {
        var name = ""
        if case .value(.string(let text)) = reference[0] { name = text }
        let head = Head(
            name: name, path: reference.dropFirst().map(\.syntax), arguments: arguments?.map(\.syntax), key: key?.syntax, value: value?.syntax,
            isAssignment: key == nil, at: .none)
        return Rule(head: head, body: body.map(\.syntax), isDefault: isDefault, at: .none)
    }
}
