/// Takes variables out of a query that is left over: those that equal another, a constant, a reference or a call that can stand in their place.
struct CopyPropagation {
    /// Variables that must keep their names, because something else uses them.
    let live: Set<String>
    let arities: FunctionArities
    /// Whether a query that is always true is `true` and not empty.
    var keepsNonEmpty = false

    /// Nil where the query never holds.
    func apply(_ query: [PartialExpression]) -> [PartialExpression]? {
        guard var classes = VariableClasses(live: live, query) else { return nil }
        var heads: Set<String> = []
        for expression in query {
            expression.walk { node in
                if case .term(.ref(let parts)) = node, case .variable(let name) = parts[0] { heads.insert(classes.dereferenced(name)) }
                return true
            }
        }
        var removed: [String: PartialTerm] = [:]
        var generated = 0
        var result: [PartialExpression] = []
        for expression in query {
            let plugged = plug(expression, classes, removed, isNegated: expression.isNegated)
            if keeps(plugged, heads, &removed, &generated) { result.append(plugged) }
        }
        for name in live.sorted() {
            guard let root = classes.root(of: name) else { continue }
            if let constant = classes.constant(of: root) {
                result.append(.equality(.variable(name), .value(constant)))
            } else if let term = removed[root] {
                result.append(.equality(.variable(name), term))
            } else if root != name {
                result.append(.equality(.variable(name), .variable(root)))
            }
        }
        guard restoreNeeded(removed, &result) else { return query }
        if keepsNonEmpty, result.isEmpty { result.append(PartialExpression(.term(.value(true)))) }
        return result
    }

    /// Puts equalities back that are not replaced by any use: what they ask for must still be defined, and variables must still be bound.
    private func restoreNeeded(_ removed: [String: PartialTerm], _ result: inout [PartialExpression]) -> Bool {
        let outputs = OutputVariables(arity: { arities[$0] })
        let body = result.map(\.syntax)
        var safe = live
        safe.formUnion(outputs.of(body, safe: safe))
        var unsafe = body.variables(.safety).subtracting(safe)
        for (name, term) in removed.sorted(by: { $0.key < $1.key }) {
            let equality = PartialExpression.equality(.variable(name), term)
            let given = outputs.of(equality.syntax, safe: safe)
            let providesSafety = !unsafe.isDisjoint(with: given)
            unsafe.subtract(given)
            if providesSafety || !contains(result, term) {
                result.append(equality)
                safe.formUnion(given)
            }
        }
        return unsafe.isEmpty
    }

    private func contains(_ body: [PartialExpression], _ term: PartialTerm) -> Bool {
        var found = false
        for expression in body {
            expression.walk { node in
                guard !found, case .term(let part) = node else { return !found }
                if case .comprehension = part { return part == term }
                if case .ref(let wanted) = term, case .ref(let parts) = part { found = parts.starts(with: wanted) } else { found = part == term }
                return !found
            }
        }
        return found
    }

    // MARK: Replacing

    private func plug(_ expression: PartialExpression, _ classes: VariableClasses, _ removed: [String: PartialTerm], isNegated: Bool) -> PartialExpression {
        expression.mapTerms(
            { plug($0, classes, removed, isNegated: isNegated) },
            bodies: { body in body.map { plug($0, classes, removed, isNegated: isNegated) } })
    }

    private func plug(_ term: PartialTerm, _ classes: VariableClasses, _ removed: [String: PartialTerm], isNegated: Bool) -> PartialTerm {
        func inner(_ term: PartialTerm) -> PartialTerm { plug(term, classes, removed, isNegated: isNegated) }
        switch term {
        case .variable(let name):
            guard VariableCollection.isVariable(name) else { return term }
            guard case .variable(let root) = classes.value(of: name) else { return classes.value(of: name) }
            guard let value = removed[root], !isNegated || value.openVariables.isEmpty else { return .variable(root) }
            return value
        case .ref(let parts):
            let rest = parts.dropFirst().map(inner)
            guard case .variable(let name) = parts[0], VariableCollection.isVariable(name) else { return .ref([parts[0]] + rest) }
            let head = classes.value(of: name)
            guard case .variable(let root) = head, let base = removed[root], !isNegated || base.openVariables.isEmpty else { return .ref([head] + rest) }
            if case .ref(let parts) = base { return .ref(parts + rest) }
            return .ref([base] + rest)
        default: return term.mapParts(inner, bodies: { body in body.map { plug($0, classes, removed, isNegated: isNegated) } })
        }
    }

    // MARK: Removing

    /// Whether the literal stays. One that does not and gives a variable its value goes to `removed`.
    private func keeps(_ expression: PartialExpression, _ heads: Set<String>, _ removed: inout [String: PartialTerm], _ generated: inout Int) -> Bool {
        if expression.isNegated || !expression.modifiers.isEmpty { return true }
        if let (left, right) = expression.equality {
            if left == right {
                if case .variable(let name)? = left.head, live.contains(name) {
                    removed["__copy_\(generated)__"] = left
                    generated += 1
                }
                return false
            }
            for (a, b) in [(left, right), (right, left)] {
                guard case .variable(let name) = a, !live.contains(name), b.standsForVariable else { continue }
                removed[name] = b
                return false
            }
            return true
        }
        switch expression.kind {
        case .call(let call):
            guard let arity = arities[call.function], call.arguments.count == arity + 1, case .variable(let name) = call.arguments[arity],
                !live.contains(name), !heads.contains(name) else { return call.function != ["equal"] || call.arguments.count != 2 || call.arguments[0] != call.arguments[1] }
            removed[name] = .call(PartialCall(function: call.function, arguments: Array(call.arguments.prefix(arity))))
            return false
        case .term(let term): return term.known.map { $0 == .boolean(false) } ?? true
        case .every: return true
        }
    }
}

extension PartialTerm {
    fileprivate var standsForVariable: Bool {
        switch self {
        case .ref, .call: true
        default: false
        }
    }
}

/// Variables that must be equal, and the constant that they all are, if any.
struct VariableClasses {
    private var parents: [String: String] = [:]
    private var constants: [String: Value] = [:]

    /// Nil where two constants would have to be equal.
    init?(live: Set<String>, _ query: [PartialExpression]) {
        for expression in query where !expression.isNegated && expression.modifiers.isEmpty {
            guard let (left, right) = expression.equality else { continue }
            switch (left, right) {
            case (.variable(let a), .variable(let b)): if !merge(a, b, live) { return nil }
            case (.variable(let name), .value(let value)), (.value(let value), .variable(let name)):
                let root = self.root(adding: name)
                if let other = constants[root], other != value { return nil }
                constants[root] = value
            default: break
            }
        }
    }

    private mutating func root(adding name: String) -> String {
        if let root = root(of: name) { return root }
        parents[name] = name
        return name
    }

    private mutating func merge(_ a: String, _ b: String, _ live: Set<String>) -> Bool {
        let x = root(adding: a), y = root(adding: b)
        guard x != y else { return true }
        let (root, child) = live.contains(x) ? (x, y) : (y, x)
        parents[child] = root
        if let left = constants[x], let right = constants[y], left != right { return false }
        constants[root] = constants[x] ?? constants[y]
        return true
    }

    /// The variable that stands for the class of another; nil where it is in none.
    func root(of name: String) -> String? {
        guard var current = parents[name] else { return nil }
        while let parent = parents[current], parent != current { current = parent }
        return current
    }

    func constant(of root: String) -> Value? { constants[root] }

    func value(of name: String) -> PartialTerm {
        guard let root = root(of: name) else { return .variable(name) }
        return constants[root].map { .value($0) } ?? .variable(root)
    }

    /// The head of a reference stays a variable.
    mutating func dereferenced(_ name: String) -> String {
        guard let root = root(of: name) else { return name }
        constants[root] = nil
        return root
    }
}
