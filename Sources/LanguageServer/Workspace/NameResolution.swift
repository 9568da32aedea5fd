import Rego

/// Finds what each name of a module stands for.
///
/// Scopes are those of the compiler (`ReferenceResolution`, `LocalRewriting`): `:=`, `some` and `every` declare for the rest of their body, values
/// are read before what they are assigned to is declared, and what nobody declares is one variable in all of a rule's body.
struct NameResolution {
    private(set) var occurrences: [Occurrence] = []
    private let module: Module
    private let bytes: [UInt8]
    private let ruleNames: Set<String>
    private let imports: [String: Import]
    /// Declared variables by name, the innermost scope last.
    private var scopes: [[String: Int]] = []
    /// Variables of the branch that nobody declares.
    private var undeclared: [String: Int] = [:]
    private var rule: Int?

    static func occurrences(in module: Module, bytes: [UInt8]) -> [Occurrence] {
        var resolution = NameResolution(module, bytes)
        resolution.addModule()
        var seen: Set<Range<Int>> = []
        return resolution.occurrences.sorted { $0.range.lowerBound < $1.range.lowerBound }.filter { seen.insert($0.range).inserted }
    }

    private init(_ module: Module, _ bytes: [UInt8]) {
        self.module = module
        self.bytes = bytes
        ruleNames = Set(module.rules.map(\.head.name))
        imports = Dictionary(module.imports.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
    }

    // MARK: Modules

    private mutating func addModule() {
        addPath(module.package.path, in: module.package.location, isDefinition: true) { .document($0) }
        for item in module.imports { add(item) }
        for (position, rule) in module.rules.enumerated() {
            self.rule = position
            add(rule)
        }
    }

    private mutating func add(_ item: Import) {
        switch item.path.first {
        case "data": addPath(Array(item.path.dropFirst()), in: item.location, skips: 1) { .document($0) }
        case "input": addPath(Array(item.path.dropFirst()), in: item.location, skips: 1) { .input($0) }
        default: return
        }
        guard let alias = item.alias else { return }
        let end = item.location.offset + item.location.length
        add(end - alias.utf8.count..<end, named: alias, .alias(alias), isDefinition: true)
    }

    /// The names of a package or import, behind the statement's keyword and some names.
    private mutating func addPath(_ path: [String], in location: SourceLocation, skips: Int = 0, isDefinition: Bool = false, _ symbol: ([String]) -> Symbol) {
        let segments = PathSegments.behindKeyword(in: bytes, location).dropFirst(skips)
        for (position, range) in segments.enumerated() where position < path.count {
            let isLast = position == path.count - 1
            add(range, named: path[position], symbol(Array(path[...position])), isDefinition: isDefinition && isLast, isPlain: position == 0 && skips == 0)
        }
    }

    // MARK: Rules

    private mutating func add(_ rule: Rule) {
        scopes = [[:]]
        undeclared = [:]
        addName(of: rule.head)
        for argument in rule.head.arguments ?? [] { declare(argument) }
        for argument in rule.head.arguments ?? [] { add(argument) }
        let arguments = scopes
        addBranch(rule)
        var next = rule.elseRule.first
        while let branch = next {
            scopes = arguments
            undeclared = [:]
            addBranch(branch)
            next = branch.elseRule.first
        }
    }

    private mutating func addName(of head: Head) {
        var path = module.package.path + [head.name]
        let keys = head.path.prefix { if case .string = $0.kind { true } else { false } }
        let start = head.location.offset
        add(start..<start + head.name.utf8.count, named: head.name, .document(path), isDefinition: keys.isEmpty)
        for (position, key) in keys.enumerated() {
            guard case .string(let name) = key.kind else { continue }
            path.append(name)
            add(key.location, named: name, .document(path), isDefinition: position == keys.count - 1, isPlain: false)
        }
    }

    /// A body and what the head makes of it.
    private mutating func addBranch(_ rule: Rule) {
        scopes.append([:])
        add(rule.body)
        for term in rule.head.path { if case .string = term.kind { continue } else { add(term) } }
        for term in [rule.head.key, rule.head.value] { if let term { add(term) } }
        scopes.removeLast()
    }

    // MARK: Bodies

    private mutating func add(_ body: Body) {
        for literal in body where !literal.isGenerated { add(literal) }
    }

    private mutating func add(_ literal: Expression) {
        for modifier in literal.withModifiers {
            add(modifier.target)
            add(modifier.value)
        }
        switch literal.kind {
        case .term(let term): addStatement(term)
        case .some(let names):
            for name in names {
                declare(name)
                add(name)
            }
        case .someIn(let key, let value, let domain):
            let outer = Self.variables(in: domain)
            for term in [key, value] { if let term { declare(term, except: outer) } }
            for term in [key, value, domain] { if let term { add(term) } }
        case .every(let every): add(every)
        }
    }

    private mutating func addStatement(_ term: Term) {
        guard case .call(let call) = term.kind, call.function == ["assign"], call.isInfix, call.arguments.count == 2 else { return add(term) }
        add(call.arguments[1])
        declare(call.arguments[0])
        add(call.arguments[0])
        add(call.functionLocation, named: ":=", .builtin("assign"))
    }

    private mutating func add(_ every: Every) {
        add(every.domain)
        scopes.append([:])
        for term in [every.key, every.value] {
            guard let term else { continue }
            declare(term)
            add(term)
        }
        add(every.body)
        scopes.removeLast()
    }

    /// Declares the variables that a term binds.
    private mutating func declare(_ pattern: Term, except outer: Set<String> = []) {
        switch pattern.kind {
        case .variable(let name):
            guard !name.hasPrefix("$"), name != "input", name != "data", !outer.contains(name) else { return }
            if scopes[scopes.count - 1][name] == nil { scopes[scopes.count - 1][name] = pattern.location.offset }
        case .array(let terms): for term in terms { declare(term, except: outer) }
        case .object(let entries): for entry in entries { declare(entry.value, except: outer) }
        default: break
        }
    }

    private static func variables(in term: Term) -> Set<String> {
        var names: Set<String> = []
        term.walk({ part in
            if case .variable(let name) = part.kind { names.insert(name) }
            return true
        }, closure: { _, _ in })
        return names
    }

    // MARK: Terms

    private mutating func add(_ term: Term) {
        switch term.kind {
        case .null, .boolean, .number, .string: break
        case .variable(let name): add(term.location, named: name, symbol(of: name, at: term.location.offset))
        case .ref(let ref): add(ref)
        case .array(let terms), .set(let terms): for term in terms { add(term) }
        case .object(let entries):
            for entry in entries {
                add(entry.key)
                add(entry.value)
            }
        case .arrayComprehension(let head, let body), .setComprehension(let head, let body): add(body, heads: [head])
        case .objectComprehension(let key, let value, let body): add(body, heads: [key, value])
        case .call(let call): add(call)
        case .templateString(let template): for case .term(let part) in template.parts { add(part) }
        }
    }

    private mutating func add(_ body: Body, heads: [Term]) {
        scopes.append([:])
        add(body)
        for head in heads { add(head) }
        scopes.removeLast()
    }

    private mutating func add(_ ref: Ref) {
        add(ref.head)
        var base: Symbol?
        if case .variable(let name) = ref.head.kind { base = document(of: name, at: ref.head.location.offset) }
        for key in ref.path {
            guard case .string(let name) = key.kind else {
                base = nil
                add(key)
                continue
            }
            base = base?.appending(name)
            if let base { add(key.location, named: name, base, isPlain: false) }
        }
    }

    private mutating func add(_ call: Call) {
        for argument in call.arguments { add(argument) }
        let location = call.functionLocation, name = call.function.joined(separator: ".")
        let isRule = ruleNames.contains(call.function[0]) || imports[call.function[0]] != nil
        if call.isInfix || (!isRule && BuiltinRegistry.standard[name] != nil) {
            occurrences.append(Occurrence(range: location.offset..<location.offset + location.length, symbol: .builtin(name), rule: rule))
            return
        }
        var base = document(of: call.function[0], at: location.offset)
        for (position, range) in PathSegments.names(in: bytes, location).enumerated() where position < call.function.count {
            if position == 0 {
                add(range, named: call.function[0], symbol(of: call.function[0], at: location.offset))
            } else {
                base = base?.appending(call.function[position])
                if let base { add(range, named: call.function[position], base, isPlain: false) }
            }
        }
    }

    // MARK: Names

    private mutating func symbol(of name: String, at offset: Int) -> Symbol {
        for scope in scopes.reversed() { if let declared = scope[name] { return .local(declared) } }
        if name == "input" { return .input([]) }
        if name == "data" { return .document([]) }
        if let item = imports[name] { return item.alias == nil ? Self.symbol(of: item.path) : .alias(name) }
        let path = module.package.path + [name]
        if ruleNames.contains(name) { return .document(path) }
        if BuiltinRegistry.standard[name] != nil { return .builtin(name) }
        let first = undeclared[name] ?? offset
        undeclared[name] = first
        return .undeclared(first, path)
    }

    /// What the names behind a name lie in; nil where that is a variable.
    private mutating func document(of name: String, at offset: Int) -> Symbol? {
        switch symbol(of: name, at: offset) {
        case .document(let path), .undeclared(_, let path): .document(path)
        case .input(let path): .input(path)
        case .alias: imports[name].map { Self.symbol(of: $0.path) }
        case .local, .builtin: nil
        }
    }

    private static func symbol(of path: [String]) -> Symbol {
        path.first == "input" ? .input(Array(path.dropFirst())) : .document(Array(path.dropFirst()))
    }

    private mutating func add(_ location: SourceLocation, named name: String, _ symbol: Symbol, isDefinition: Bool = false, isPlain: Bool = true) {
        var isDefinition = isDefinition
        if case .local(location.offset) = symbol { isDefinition = true }
        add(location.offset..<location.offset + location.length, named: name, symbol, isDefinition: isDefinition, isPlain: isPlain)
    }

    /// What does not stand in the text where the tree says, such as the head of a second body, is left out.
    private mutating func add(_ range: Range<Int>, named name: String, _ symbol: Symbol, isDefinition: Bool = false, isPlain: Bool = true) {
        guard range.upperBound <= bytes.count, range.lowerBound < range.upperBound else { return }
        let isQuoted = bytes[range.lowerBound] == UInt8(ascii: "\"") || bytes[range.lowerBound] == UInt8(ascii: "`")
        guard isQuoted || bytes[range].elementsEqual(name.utf8) else { return }
        occurrences.append(Occurrence(range: range, symbol: symbol, isDefinition: isDefinition, isPlain: isPlain, rule: rule))
    }
}

extension Symbol {
    /// What a name lies in it; nil for what has no names in it that are known.
    fileprivate func appending(_ name: String) -> Symbol? {
        switch self {
        case .document(let path): .document(path + [name])
        case .input(let path): .input(path + [name])
        default: nil
        }
    }
}
