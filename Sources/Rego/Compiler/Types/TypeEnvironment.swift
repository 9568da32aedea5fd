/// What is known of the types of references and variables at a place: one tree for each body around it, the rules' outermost.
struct TypeEnvironment: Sendable {
    var trees: [TypeTree] = [TypeTree()]
    let builtins: BuiltinRegistry
    /// Nil where nobody asks for them.
    var variables: VariableTypes?
    /// For `with`, which changes types of what depends on what it replaces.
    var dependents = RuleDependents()

    init(builtins: BuiltinRegistry) { self.builtins = builtins }

    /// For a body inside this place.
    func nested() -> TypeEnvironment {
        var inner = self
        inner.trees.append(TypeTree())
        inner.variables = nil
        return inner
    }

    mutating func assign(_ type: RegoType, to variable: String) { trees[trees.count - 1].put(type, at: [.variable(variable)]) }

    func type(ofVariable name: String) -> RegoType {
        for tree in trees.reversed() { if let node = tree.child(.variable(name), of: TypeTree.root) { return tree.type(of: node) ?? .unknown } }
        return .unknown
    }

    // MARK: Terms

    func type(of term: Term) -> RegoType {
        switch term.kind {
        case .null: return .null
        case .boolean: return .boolean
        case .number: return .number
        case .string: return .string
        case .variable(let name): return VariableCollection.isVariable(name) ? type(ofVariable: name) : type(of: Ref(head: term, path: []))
        case .ref(let ref): return type(of: ref)
        case .call, .templateString: return .unknown
        case .array(let terms): return .array(terms.map { type(of: $0) }, rest: terms.isEmpty ? .any : nil)
        case .set(let terms):
            let member = terms.reduce(RegoType.unknown) { $0.or(type(of: $1)) }
            return .set(member == .unknown ? .any : member)
        case .object(let entries): return type(of: entries)
        case .arrayComprehension(let head, let body): return inside(body).map { .array([], rest: $0.type(of: head).ifKnown) } ?? .unknown
        case .setComprehension(let head, let body): return inside(body).map { .set($0.type(of: head)) } ?? .unknown
        case .objectComprehension(let key, let value, let body):
            return inside(body).map { .object([], keys: $0.type(of: key), values: $0.type(of: value)) } ?? .unknown
        }
    }

    /// The types at the end of a body; nil where the body has errors.
    private func inside(_ body: Body) -> TypeEnvironment? {
        let (environment, problems) = TypeChecker(originals: OriginalTerms()).check(body, in: self)
        return problems.isEmpty ? environment : nil
    }

    private func type(of entries: [Term.ObjectEntry]) -> RegoType {
        var fields: [Value: RegoType] = [:]
        var keys: RegoType?, values: RegoType?
        for entry in entries {
            if let key = PlanScope.constantValue(of: entry.key) {
                fields[key.withoutSets] = type(of: entry.value)
            } else {
                keys = type(of: entry.key)
                values = type(of: entry.value)
            }
        }
        if fields.isEmpty, keys == nil { return .object() }
        return .object(fields.map { RegoType.Field(key: $0.key, type: $0.value) }.sorted { $0.key < $1.key }, keys: keys, values: values)
    }

    // MARK: References

    func type(of ref: Ref) -> RegoType { type(of: ref, trees.count - 1) }

    private func type(of ref: Ref, _ depth: Int) -> RegoType {
        guard depth >= 0 else {
            guard case .variable(let name) = ref.head.kind else { return .unknown }
            return VariableCollection.isVariable(name) ? functionType(ref) : .any
        }
        guard let key = ref.head.typeKey, let node = trees[depth].child(key, of: TypeTree.root) else { return type(of: ref, depth - 1) }
        return type(of: ref, ref.path[...], node, depth)
    }

    private func type(of ref: Ref, _ tail: ArraySlice<Term>, _ node: Int, _ depth: Int) -> RegoType {
        let tree = trees[depth]
        guard let next = tail.first else { return extent(node, depth) }
        if let type = tree.type(of: node) {
            if let key = next.typeKey, let child = tree.child(key, of: node) { return self.type(of: ref, tail.dropFirst(), child, depth) }
            return Self.select(type, tail)
        }
        guard let constant = PlanScope.constantValue(of: next) else { return Self.select(extent(node, depth), tail) }
        guard let child = tree.child(.constant(constant), of: node) else { return type(of: ref, depth - 1) }
        return type(of: ref, tail.dropFirst(), child, depth)
    }

    /// The type of everything below a node: an object that may have other keys too, because base data is not known.
    func extent(_ node: Int, _ depth: Int) -> RegoType {
        if let type = trees[depth].type(of: node) { return type }
        let fields = trees[depth].children(of: node).compactMap { key, child -> RegoType.Field? in
            guard case .constant(let value) = key else { return nil }
            switch value {
            case .string, .number, .boolean: return RegoType.Field(key: value, type: extent(child, depth))
            default: return nil
            }
        }
        return .object(fields, keys: .string, values: .any)
    }

    private static func select(_ type: RegoType, _ path: ArraySlice<Term>) -> RegoType {
        path.reduce(type) { type, key in
            switch key.kind {
            case .null, .boolean, .number, .string: PlanScope.constantValue(of: key).map { type.selecting($0) } ?? .unknown
            default: type.valueType
            }
        }
    }

    /// The type of a built-in; unknown for what is none.
    private func functionType(_ ref: Ref) -> RegoType {
        guard let name = PlanScope.segments(of: Term(.ref(ref)))?.joined(separator: "."), let builtin = builtins[name] else { return .unknown }
        return builtin.type
    }
}

extension Term {
    /// What a type tree has the term under; nil for terms that no tree has.
    var typeKey: TypeTree.Key? {
        if case .variable(let name) = kind { return .variable(name) }
        return PlanScope.constantValue(of: self).map { .constant($0) }
    }
}

extension Builtin {
    var type: RegoType { .function(parameters.map(\.type), result: isVoid ? nil : result) }

    /// The parameters with their names, as messages have them; with the result as a last one where that counts.
    func signatureText(includesResult: Bool) -> String {
        var texts = parameters.map { $0.name.isEmpty ? $0.type.description : "\($0.name): \($0.type)" }
        if includesResult, !isVoid {
            texts.append(resultName.map { "\($0): \(result)" } ?? result.description)
        }
        return "(\(texts.joined(separator: ", ")))"
    }
}
