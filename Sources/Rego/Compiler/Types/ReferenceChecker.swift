/// References to what cannot be: keys that no value has, values that have no keys, functions without a call.
struct ReferenceChecker {
    private(set) var environment: TypeEnvironment
    let originals: OriginalTerms
    private(set) var diagnostics: [Diagnostic] = []

    init(environment: TypeEnvironment, originals: OriginalTerms) {
        self.environment = environment
        self.originals = originals
    }

    // MARK: Literals

    mutating func check(_ expression: Expression) {
        switch expression.kind {
        case .some, .someIn: break
        case .term(let term):
            if case .call(let call) = term.kind {
                for argument in call.arguments { check(argument) }
            } else {
                check(term)
            }
        case .every(let every):
            for term in [every.key, every.value, every.domain].compactMap(\.self) { check(term) }
            for inner in every.body { check(inner) }
        }
    }

    private mutating func check(_ term: Term) {
        switch term.kind {
        case .variable(let name): if !VariableCollection.isVariable(name) { check(Ref(head: term, path: [])) }
        case .ref(let ref):
            check(ref)
            for key in ref.path { check(key) }
        case .array(let terms), .set(let terms): for term in terms { check(term) }
        case .object(let entries):
            for entry in entries {
                check(entry.key)
                check(entry.value)
            }
        default: break
        }
    }

    // MARK: References

    private mutating func check(_ ref: Ref) {
        if case .function = environment.type(of: ref) {
            diagnostics.append(unsupported(ref, ref.path.count, environment.type(of: ref)))
        } else if let problem = check(ref, environment.trees.count - 1) {
            diagnostics.append(problem)
        }
    }

    private mutating func check(_ ref: Ref, _ depth: Int) -> Diagnostic? {
        if let key = ref.head.typeKey, let node = environment.trees[depth].child(key, of: TypeTree.root) { return follow(ref, 0, from: node, depth) }
        if depth > 0 { return check(ref, depth - 1) }
        if case .variable(let name) = ref.head.kind, VariableCollection.isVariable(name) { environment.assign(.any, to: name) }
        return leaf(.any, ref, 0)
    }

    /// Goes on from a node with the path's part at `index`.
    private mutating func follow(_ ref: Ref, _ index: Int, from node: Int, _ depth: Int) -> Diagnostic? {
        if let type = environment.trees[depth].type(of: node) { return leaf(type, ref, index) }
        guard index < ref.path.count else { return nil }
        let key = ref.path[index]
        if index < 2, !Self.isVariableOrString(key) {
            return invalid(ref, index, have: environment.type(of: key), want: .string, keys(of: node, depth))
        }
        if case .variable(let name) = key.kind {
            let want = environment.extent(node, depth).keyType, known = environment.type(ofVariable: name)
            if known == .unknown {
                environment.assign(want, to: name)
            } else if !want.unifies(with: known) {
                return invalid(ref, index, have: known, want: want, keys(of: node, depth))
            }
        }
        if let typeKey = key.typeKey, let child = environment.trees[depth].child(typeKey, of: node) { return follow(ref, index + 1, from: child, depth) }
        if depth > 0 { return check(ref, depth - 1) }
        guard case .variable = key.kind else { return leaf(.any, ref, 0) }
        // Base data may have it; what the rules have gives variables behind it their types all the same.
        for (_, child) in environment.trees[depth].children(of: node) { _ = follow(ref, index + 1, from: child, depth) }
        return nil
    }

    private static func isVariableOrString(_ term: Term) -> Bool {
        switch term.kind {
        case .variable, .string: true
        default: false
        }
    }

    /// Goes on from a value of a known type.
    private mutating func leaf(_ type: RegoType, _ ref: Ref, _ index: Int) -> Diagnostic? {
        var type = type
        for index in index..<max(index, ref.path.count) {
            let key = ref.path[index], keys = type.keyType
            if keys == .unknown { return unsupported(ref, index, type) }
            switch key.kind {
            case .variable(let name) where VariableCollection.isVariable(name):
                let known = environment.type(ofVariable: name)
                if known == .unknown {
                    environment.assign(keys, to: name)
                } else if !known.unifies(with: keys) {
                    return invalid(ref, index, have: known, want: keys, type.knownKeys)
                }
                type = type.valueType
            case .ref, .variable:
                let known = environment.type(of: key)
                if known != .unknown, !known.unifies(with: keys) { return invalid(ref, index, have: known, want: keys, type.knownKeys) }
                type = type.valueType
            case .array, .object, .set:
                if !environment.unify(key, with: keys, adding: false) { return invalid(ref, index, have: environment.type(of: key), want: keys, []) }
                type = type.valueType
            default:
                let child = PlanScope.constantValue(of: key).map { type.selecting($0) } ?? .unknown
                if child == .unknown { return invalid(ref, index, have: nil, want: keys, type.knownKeys) }
                type = child
            }
        }
        return nil
    }

    private func keys(of node: Int, _ depth: Int) -> [Value] {
        environment.trees[depth].children(of: node).compactMap { if case .constant(let value) = $0.key { value } else { nil } }
    }

    // MARK: Errors

    /// The reference, and carets below the part that has no keys.
    private func unsupported(_ ref: Ref, _ index: Int, _ have: RegoType) -> Diagnostic {
        let original = originals.original(ref)
        let part = Ref(head: original.head, path: Array(original.path.prefix(index))).description
        let message: String? = if case .function = have { "function \(original) used as reference, not called" } else { nil }
        return undefined(ref, original, message: message, [original.description, String(repeating: "^", count: part.utf8.count), "have: \(have)"])
    }

    /// The reference, and a caret below the key that does not fit.
    private func invalid(_ ref: Ref, _ index: Int, have: RegoType?, want: RegoType, _ keys: [Value]) -> Diagnostic {
        let original = originals.original(ref)
        let before = Ref(head: original.head, path: Array(original.path.prefix(index))).description
        let indent = String(repeating: " ", count: before.utf8.count + 1)
        let haveText: String = if let have, have != .unknown { "have (type): \(have)" } else { "have: \(original.path[index])" }
        let wantText = keys.isEmpty ? "want (type): \(want)" : "want (one of): [\(keys.map(\.regoText).joined(separator: " "))]"
        return undefined(ref, original, [original.description, indent + "^", indent + haveText, indent + wantText])
    }

    private func undefined(_ ref: Ref, _ original: Ref, message: String? = nil, _ details: [String]) -> Diagnostic {
        Diagnostic(.type, message ?? "undefined ref: \(original)", at: ref.head.location, details: details)
    }
}

extension RegoType {
    /// The constant keys of objects.
    fileprivate var knownKeys: [Value] {
        switch self {
        case .object(let fields, _, _): fields.map(\.key)
        case .union(let types): Set(types.flatMap(\.knownKeys)).sorted()
        default: []
        }
    }
}
