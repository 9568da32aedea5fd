/// Packages and imports, and what order statements have.
extension ModuleWriter {
    private enum Part {
        case imports([Import])
        case rules([Rule])
    }

    mutating func writeModule() {
        writePackage()
        for part in parts {
            switch part {
            case .imports(let imports): for group in groups(imports) { write(group) }
            case .rules(let rules): write(rules)
            }
        }
        writeRemainingComments()
    }

    /// Imports may stand between rules.
    private var parts: [Part] {
        var parts: [Part] = [], imports = module.imports[...]
        var rules: [Rule] = []
        for rule in module.rules {
            let before = imports.prefix { $0.location.offset < rule.location.offset }
            if !before.isEmpty {
                if !rules.isEmpty { parts.append(.rules(rules)) }
                rules = []
                parts.append(.imports(Array(before)))
                imports = imports.dropFirst(before.count)
            }
            rules.append(rule)
        }
        if !rules.isEmpty { parts.append(.rules(rules)) }
        if !imports.isEmpty { parts.append(.imports(Array(imports))) }
        return parts
    }

    private mutating func writePackage() {
        writeComments(before: module.package.location.offset)
        write("package " + Self.path(module.package.path))
        mark(module.package.location)
        endLine()
        blankLine()
        if style.addsV1Import {
            write("import rego.v1")
            endLine()
            blankLine()
        }
    }

    /// A path of names: the first is a name always, the others where they can be.
    private static func path(_ names: [String]) -> String {
        Ref(head: Term(.variable(names.first ?? "")), path: names.dropFirst().map { Term(.string($0)) }).description
    }

    // MARK: Imports

    /// Imports that have no empty line between them.
    private func groups(_ imports: [Import]) -> [[Import]] {
        var groups: [[Import]] = []
        for item in imports {
            if let last = groups.last?.last, row(of: item.location.offset) - row(of: last.location.offset) <= 1 {
                groups[groups.count - 1].append(item)
            } else {
                groups.append([item])
            }
        }
        return groups
    }

    private mutating func write(_ group: [Import]) {
        let texts = group.map { (item: $0, comment: takeComment(behind: $0.location)) }
        writeComments(before: group[0].location.offset)
        let kept = texts.filter { style.keeps($0.item) || !$0.comment.isEmpty }
        for (item, comment) in kept.sorted(by: { Self.precedes($0.item, $1.item) }) {
            write(style.keeps(item) ? "import " + Self.text(item) + comment : String(comment.dropFirst()))
            endLine()
        }
        for item in group { mark(item.location) }
        if !kept.isEmpty { blankLine() }
    }

    private static func text(_ item: Import) -> String {
        // Keywords are names in the path of their import.
        let path = item.path.first == "future" ? item.path.joined(separator: ".") : path(item.path)
        return path + (item.alias.map { " as " + $0 } ?? "")
    }

    private static func precedes(_ a: Import, _ b: Import) -> Bool {
        if a.path != b.path { return a.path.lexicographicallyPrecedes(b.path) }
        return (a.alias ?? "") < (b.alias ?? "")
    }
}
