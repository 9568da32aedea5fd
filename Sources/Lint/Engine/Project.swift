import Rego

/// What is known of all files together.
public struct Project: Sendable {
    public let files: [PolicyFile]
    /// Names of packages, `data` included.
    let packages: Set<String>
    /// Every document that a rule makes, with the rules: `data.app.allow`.
    let rules: [String: [Rule]]
    /// What is referred to below `data` anywhere, in full: rules by their short names too. Empty where no rule asks.
    let references: Set<String>
    /// Fields of the input that tests set. Empty where no rule asks.
    let testedInput: Set<String>
    let hasTests: Bool
    /// Rules, packages, and what they are parts of.
    private let documents: Set<String>
    private let namesByPackage: [String: Set<String>]
    /// The packages that each package imports.
    private(set) var importedPackages: [String: Set<String>] = [:]
    /// What the input looks like, where that is known.
    let inputSchema: InputSchema?

    /// - Parameter looksAtTests: whether a rule asks what tests refer to and set.
    init(_ files: [PolicyFile], inputSchema: InputSchema? = nil, looksAtTests: Bool = false) {
        self.files = files
        self.inputSchema = inputSchema
        packages = Set(files.map(\.packageName))
        hasTests = files.contains { $0.module.rules.contains(where: \.isTest) }
        namesByPackage = Dictionary(files.map { ($0.packageName, Set($0.module.rules.map(\.head.name))) }, uniquingKeysWith: { $0.union($1) })
        var rules: [String: [Rule]] = [:], references: Set<String> = [], tested: Set<String> = []
        for file in files {
            for rule in file.module.rules { rules["\(file.packageName).\(rule.dottedName)", default: []].append(rule) }
            guard looksAtTests else { continue }
            Self.collectReferences(in: file, into: &references)
            if file.module.rules.contains(where: \.isTest) { Self.collectInput(in: file, into: &tested) }
        }
        self.rules = rules
        var documents: Set<String> = []
        for path in packages.union(rules.keys) {
            var path = path[...]
            while documents.insert(String(path)).inserted, let dot = path.lastIndex(of: ".") { path = path[..<dot] }
        }
        self.documents = documents
        self.references = references
        testedInput = tested
        for file in files {
            let imported = file.module.imports.filter { $0.path.first == "data" }.compactMap { package(of: $0.path) }
            importedPackages[file.packageName, default: []].formUnion(imported)
        }
    }

    /// Whether any rule makes this document, part of it, or the document that it is part of.
    func hasDocument(at path: String) -> Bool {
        if documents.contains(path) { return true }
        var parent = path[...]
        while let dot = parent.lastIndex(of: ".") {
            parent = parent[..<dot]
            if rules[String(parent)] != nil { return true }
        }
        return false
    }

    /// The package that a path is, or is a rule of.
    func package(of path: [String]) -> String? {
        (1...path.count).reversed().lazy.map { path[..<$0].joined(separator: ".") }.first { packages.contains($0) }
    }

    /// Whether the key behind the package's name is a rule of it.
    func hasRule(at keys: [String], in package: String) -> Bool {
        let name = keys.dropFirst(package.split(separator: ".").count).first
        return name.map { ruleNames(in: package).contains($0) } ?? true
    }

    /// Names of rules in a package.
    func ruleNames(in package: String) -> Set<String> { namesByPackage[package] ?? [] }

    private static func collectReferences(in file: PolicyFile, into references: inout Set<String>) {
        var names: [String: String] = [:]
        for item in file.module.imports where item.path.first == "data" { names[item.name] = item.path.joined(separator: ".") }
        func add(_ segments: [String]) {
            guard let first = segments.first else { return }
            let rest = segments.dropFirst()
            var path = first == "data" ? "data" : names[first] ?? "\(file.packageName).\(first)"
            references.insert(path)
            for segment in rest {
                path += "." + segment
                references.insert(path)
            }
        }
        for item in file.module.imports where item.path.first == "data" { add(item.path) }
        for site in file.refs {
            guard let head = site.ref.head.variableName else { continue }
            add([head] + site.ref.path.prefix { $0.stringValue != nil }.compactMap(\.stringValue))
        }
        for site in file.index.variables { if let name = site.term.localName { add([name]) } }
        for site in file.calls where !site.call.isInfix { add(site.call.function) }
    }

    /// Keys of objects in tests, and what `with input.x as` replaces: whatever a test can set.
    private static func collectInput(in file: PolicyFile, into tested: inout Set<String>) {
        for site in file.index.objects {
            guard case .object(let entries) = site.term.kind else { continue }
            for entry in entries { if let key = entry.key.stringValue { tested.insert(key) } }
        }
        for literal in file.literals {
            for modifier in literal.expression.withModifiers {
                for part in modifier.target.ref?.path ?? [] { if let key = part.stringValue { tested.insert(key) } }
            }
        }
    }
}
