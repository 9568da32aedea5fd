extension PartialEvaluator {
    // MARK: not

    @_optimize(none) func negation(_ frame: Frame, _ next: @escaping Continuation) throws {
        let expression = frame.expression
        if isUnknown(expression, frame.bindings) { return try unknownNegation(frame, next) }
        var positive = expression.complement
        positive.modifiers = []
        if try !holds([positive], frame.bindings) { try next() }
    }

    /// Whether a body that depends on nothing unknown holds.
    @_optimize(none) private func holds(_ body: [PartialExpression], _ bindings: Bindings) throws -> Bool {
        do {
            try evaluate(closure(body, bindings)) { throw Found() }
            return false
        } catch is Found {
            return true
        }
    }

    @_optimize(none) private func unknownNegation(_ frame: Frame, _ next: @escaping Continuation) throws {
        var positive = frame.expression.complement
        positive.modifiers = []
        let inner = try closure([positive], frame.bindings)
        let known = unknown.variables(caller: caller)
        var queries: [[PartialExpression]] = []
        try evaluatingByItself(inner) { [self] body in
            if passesTypeCheck(body), let rest = propagated(body, live: known) { queries.append(rest) }
        }
        // The literal never holds, so its negation always does.
        if queries.isEmpty { return try next() }
        guard NegatedQueries.canInline(queries, known) else { return try negatedSupport(queries, known, frame, inner.number, next) }
        try NegatedQueries.complements(queries[...], []) { [self] literals in try saveNegated(literals, frame, next) }
    }

    /// Queries that cannot be negated literal by literal become rules, and their name is negated.
    @_optimize(none) private func negatedSupport(_ queries: [[PartialExpression]], _ known: Set<String>, _ frame: Frame, _ number: Int, _ next: @escaping Continuation) throws {
        let name = "__not\(frame.number)_\(frame.position)_\(number)__"
        let used = queries.joined().reduce(into: Set<String>()) { $0.formUnion($1.variables) }
        let arguments = known.intersection(used).sorted().map { PartialTerm.variable($0) }
        let reference: [PartialTerm] = [.variable("data"), Self.namespace, .value(.string(name))]
        for query in queries {
            support.insert(
                PartialRule(
                    reference: reference, isDefault: false, arguments: arguments.isEmpty ? nil : arguments, key: nil, value: .value(true), body: query,
                    elseBranches: [], location: .none))
        }
        let kind: PartialExpression.Kind = arguments.isEmpty
            ? .term(.ref(reference)) : .call(PartialCall(function: ["data", "partial", name], arguments: arguments))
        try saveNegated([PartialExpression(kind, isNegated: true, at: frame.expression.place.location)], frame, next)
    }

    /// Saves literals whose variables have their final names.
    @_optimize(none) private func saveNegated(_ literals: [PartialExpression], _ frame: Frame, _ next: Continuation) throws {
        var modifiers = frame.expression.modifiers
        for position in modifiers.indices { modifiers[position].value = frame.bindings.plug(modifiers[position].value, caller: caller) }
        for literal in literals {
            var literal = literal
            literal.modifiers += modifiers
            saved.push(literal, nil, nil)
        }
        defer { for _ in literals { saved.pop() } }
        try next()
    }

    // MARK: every

    @_optimize(none) func every(_ every: PartialEvery, _ frame: Frame, _ next: @escaping Continuation) throws {
        if isUnknown(frame.expression, frame.bindings) { return try save(plugged(frame.expression, frame.bindings), frame.bindings, next) }
        let key = every.key ?? .variable(generateName("key"))
        // What is no collection has no members, and `every` is undefined for it.
        guard let domain = try knownDomain(every.domain, frame), domain.isCollection else { return }
        let members = PartialExpression.equality(.ref([.value(domain), key]), every.value)
        var fails = false
        do {
            try evaluate(closure([members], frame.bindings)) { [self] in
                if try !holds(every.body, frame.bindings) {
                    fails = true
                    throw Found()
                }
            }
        } catch is Found {}
        if !fails { try next() }
    }

    @_optimize(none) private func knownDomain(_ domain: PartialTerm, _ frame: Frame) throws -> Value? {
        let name = PartialTerm.variable(generateName("domain"))
        var found: Value?
        try unify(domain, frame.bindings, name, frame.bindings, frame) { found = frame.bindings.plug(name).known }
        return found
    }

    /// The literal with what is known, inside its body too.
    @_optimize(none) private func plugged(_ expression: PartialExpression, _ bindings: Bindings) -> PartialExpression {
        expression.mapTerms({ bindings.plug($0, caller: caller) }, bodies: { body in body.map { plugged($0, bindings) } })
    }

    // MARK: with

    @_optimize(none) func with(_ frame: Frame, _ next: @escaping Continuation) throws {
        let expression = frame.expression
        var disabled: [[PartialTerm]] = []
        func collect(_ term: PartialTerm) {
            term.walk { node in
                if case .term(.ref(let parts)) = node { disabled.append(Array(parts.prefix { $0.known != nil || $0.isRoot })) }
                return true
            }
        }
        for modifier in expression.modifiers where modifier.replacement == nil {
            if modifier.target.first?.isRoot == true, unknown.containsAny(in: modifier.value, frame.bindings) {
                return try saveWhole(frame, next)
            }
            collect(.ref(modifier.target))
            collect(modifier.value)
        }
        var plain = expression
        plain.modifiers = []
        plain.walk { node in
            if case .term(.ref(let parts)) = node { disabled.append(Array(parts.prefix { $0.known != nil || $0.isRoot })) }
            return true
        }
        let outer = Replaced(overrides: overrides, input: input, memory: memory)
        let inner = try replaced(expression.modifiers, frame, outer)
        set(inner)
        inlining.disable(disabled)
        defer {
            inlining.enable()
            set(outer)
        }
        try literal(frame) { [self] in
            inlining.enable()
            set(outer)
            defer {
                set(inner)
                inlining.disable(disabled)
            }
            try next()
        }
    }

    /// What `with` replaces with something unknown cannot be evaluated: the literal stays as it is, and its variables are unknown.
    @_optimize(none) private func saveWhole(_ frame: Frame, _ next: Continuation) throws {
        let expression = frame.expression
        var variables: [(PartialTerm, Bindings)] = []
        for name in expression.variables.sorted() { variables += openVariables(.variable(name), frame.bindings) }
        for (term, bindings) in variables { unknown.push([term], bindings) }
        defer { for _ in variables { unknown.pop() } }
        try save(expression, frame.bindings, next)
    }

    private struct Replaced {
        var overrides: Overrides
        var input: Value?
        var memory: [[Value]: Value?]
    }

    @_optimize(none) private func set(_ replaced: Replaced) {
        overrides = replaced.overrides
        input = replaced.input
        memory = replaced.memory
    }

    @_optimize(none) private func replaced(_ modifiers: [PartialModifier], _ frame: Frame, _ outer: Replaced) throws -> Replaced {
        var result = Replaced(overrides: outer.overrides, input: outer.input, memory: [:])
        result.overrides.isActive = true
        for modifier in modifiers {
            let path = modifier.target.dropFirst().compactMap { frame.bindings.plug($0).known }
            let value = frame.bindings.plug(modifier.value)
            switch modifier.target[0] {
            case .variable("input"):
                guard case .value(let value) = value else { throw EvaluationError(.withMerge, "with keyword value is not known") }
                result.input = (result.input ?? .object([])).replacing(path[...], with: value)
            case .variable("data"):
                if let replacement = overrides.replacement(for: modifier, arities: rules.arities) {
                    result.overrides.functions[["data"] + path.compactMap { if case .string(let name) = $0 { name } else { nil } }] = replacement
                } else if case .value(let value) = value {
                    result.overrides.replace(path, with: value)
                }
            default:
                let name = modifier.target.compactMap { part in
                    switch part {
                    case .variable(let name): name
                    case .value(.string(let name)): name
                    default: nil
                    }
                }
                result.overrides.functions[name] = overrides.replacement(for: modifier, arities: rules.arities) ?? .value(value)
            }
        }
        return result
    }
}

extension Value {
    fileprivate var isCollection: Bool {
        switch self {
        case .array, .object, .set: true
        default: false
        }
    }

    /// The value with another at a path, with objects on the way where there are none.
    @_optimize(none) func replacing(_ path: ArraySlice<Value>, with value: Value) -> Value {
        guard let key = path.first else { return value }
        var entries: [(Value, Value)] = []
        if case .object(let members) = self { entries = members.map { ($0.key, $0.value) } }
        let inner = entries.first { $0.0 == key }?.1 ?? .object([])
        return .makeObject(entries + [(key, inner.replacing(path.dropFirst(), with: value))])
    }
}
