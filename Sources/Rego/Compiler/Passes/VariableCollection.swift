/// Which parts of a term or body to leave out when its variables are collected.
struct VariableOptions: OptionSet {
    let rawValue: Int
    /// Comprehensions, and the bodies of `every`.
    static let skipsClosures = VariableOptions(rawValue: 1)
    /// The names of called functions, and the heads of what `with` names.
    static let skipsOperators = VariableOptions(rawValue: 2)
    static let skipsReferenceHeads = VariableOptions(rawValue: 4)
    static let skipsSets = VariableOptions(rawValue: 8)
    static let skipsObjectKeys = VariableOptions(rawValue: 16)
    static let skipsTemplateStrings = VariableOptions(rawValue: 32)

    /// What must be bound before a literal can be evaluated.
    static let safety: VariableOptions = [.skipsClosures, .skipsOperators]
    /// What a value taken apart by unification binds.
    static let pattern: VariableOptions = [.skipsReferenceHeads, .skipsObjectKeys, .skipsClosures, .skipsTemplateStrings]
}

/// Collects the names of variables; `input` and `data` are not among them.
struct VariableCollection {
    let options: VariableOptions
    private(set) var names: Set<String> = []

    init(_ options: VariableOptions = []) { self.options = options }

    static func isVariable(_ name: String) -> Bool { name != "input" && name != "data" }

    mutating func add(_ term: Term) {
        switch term.kind {
        case .null, .boolean, .number, .string: break
        case .variable(let name): if Self.isVariable(name) { names.insert(name) }
        case .ref(let ref):
            if !options.contains(.skipsReferenceHeads) { add(ref.head) }
            for key in ref.path { add(key) }
        case .array(let terms): for term in terms { add(term) }
        case .set(let terms): if !options.contains(.skipsSets) { for term in terms { add(term) } }
        case .object(let entries):
            for entry in entries {
                if !options.contains(.skipsObjectKeys) { add(entry.key) }
                add(entry.value)
            }
        case .arrayComprehension(let head, let body), .setComprehension(let head, let body): addClosure([head], body)
        case .objectComprehension(let key, let value, let body): addClosure([key, value], body)
        case .call(let call): add(call)
        case .templateString(let template):
            if !options.contains(.skipsTemplateStrings) { for case .term(let term) in template.parts { add(term) } }
        }
    }

    private mutating func addClosure(_ heads: [Term], _ body: Body) {
        guard !options.contains(.skipsClosures) else { return }
        for head in heads { add(head) }
        add(body)
    }

    private mutating func add(_ call: Call) {
        if options.isDisjoint(with: [.skipsOperators, .skipsReferenceHeads]), Self.isVariable(call.function[0]) { names.insert(call.function[0]) }
        for argument in call.arguments { add(argument) }
    }

    mutating func add(_ body: Body) {
        for expression in body { add(expression) }
    }

    mutating func add(_ expression: Expression) {
        switch expression.kind {
        case .term(let term): add(term)
        case .some(let names): for name in names { add(name) }
        case .someIn(let key, let value, let domain): for term in [key, value, domain].compactMap(\.self) { add(term) }
        case .every(let every):
            guard !options.contains(.skipsClosures) else { return add(every.domain) }
            for term in [every.key, every.value, every.domain].compactMap(\.self) { add(term) }
            add(every.body)
        }
        for modifier in expression.withModifiers { add(modifier) }
    }

    mutating func add(_ modifier: WithModifier) {
        guard options.contains(.skipsOperators) else {
            add(modifier.target)
            add(modifier.value)
            return
        }
        if case .ref(let ref) = modifier.target.kind { for key in ref.path { add(key) } }
        if modifier.replacement != nil { return }
        if case .ref(let ref) = modifier.value.kind { for key in ref.path { add(key) } } else { add(modifier.value) }
    }
}

extension Term {
    func variables(_ options: VariableOptions = []) -> Set<String> {
        var collection = VariableCollection(options)
        collection.add(self)
        return collection.names
    }
}

extension Expression {
    func variables(_ options: VariableOptions = []) -> Set<String> {
        var collection = VariableCollection(options)
        collection.add(self)
        return collection.names
    }

    /// The variables of the literal's closures.
    var closureVariables: Set<String> {
        var collection = VariableCollection()
        func add(_ heads: [Term], _ body: Body) {
            for head in heads { collection.add(head) }
            collection.add(body)
        }
        for term in terms { term.walk({ _ in true }, closure: add) }
        if case .every(let every) = kind { collection.add(every.body) }
        return collection.names
    }
}

extension [Expression] {
    func variables(_ options: VariableOptions = []) -> Set<String> {
        var collection = VariableCollection(options)
        collection.add(self)
        return collection.names
    }
}
