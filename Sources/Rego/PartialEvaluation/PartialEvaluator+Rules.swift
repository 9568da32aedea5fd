extension PartialEvaluator {
    /// Unifies what rules give with what the lookup asks for; `path` leads to them.
    @_optimize(none) func virtualDocument(_ lookup: Lookup, _ path: [Value], _ group: PartialRules.Group, _ next: @escaping Continuation) throws {
        if group.isEmpty || isFunction(group) { return }
        let unknown = isUnknown(.ref(lookup.reference), lookup.bindings)
        guard unknown else {
            guard let value = try knownValue(of: group, at: path, lookup.frame) else { return }
            return try step(lookup, path.count + 1, .value(value), lookup.bindings, next)
        }
        // The order of `else` cannot be kept in queries that are evaluated each by itself.
        if group.hasElse {
            return try saveEquality(.ref(lookup.reference), lookup.bindings, lookup.other, lookup.otherBindings, lookup.frame, next)
        }
        if group.isComplete {
            if needsDefault(group, lookup) || inlining.isShallow || isDisabled(path) { return try supported(lookup, path, group, next) }
            for rule in group.rules { try inline(rules[rule], lookup, path.count + 1, next) }
            return
        }
        if lookup.reference.count == path.count + 1 || inlining.isShallow || isDisabled(path) { return try supported(lookup, path, group, next) }
        for rule in group.rules { try inlineMember(rules[rule], lookup, path.count + 1, next) }
    }

    @_optimize(none) func isFunction(_ group: PartialRules.Group) -> Bool {
        (group.rules.first ?? group.defaultRule).map { rules[$0].arguments != nil } ?? false
    }

    @_optimize(none) private func isDisabled(_ path: [Value]) -> Bool {
        inlining.isDisabled([.variable("data")] + path.map { PartialTerm.value($0) }, ignoringInternal: false)
    }

    /// Whether the default value may be what is asked for. Where it cannot be, the rules can be inlined without it.
    @_optimize(none) private func needsDefault(_ group: PartialRules.Group, _ lookup: Lookup) -> Bool {
        guard let rule = group.defaultRule, case .value(let value) = rules[rule].result else { return group.defaultRule != nil }
        if value == .boolean(false), case .variable(let name) = lookup.other, inlining.isDisabled(variable: name) { return false }
        guard case .value(let wanted) = lookup.otherBindings.plug(lookup.other) else { return true }
        return wanted == value
    }

    @_optimize(none) private func inline(_ rule: PartialRule, _ lookup: Lookup, _ position: Int, _ next: @escaping Continuation) throws {
        let frame = try enter(rule.body)
        try evaluate(frame) { [self] in try step(lookup, position, rule.result, frame.bindings, next) }
    }

    /// A member of a set or object: its key is unified too.
    @_optimize(none) private func inlineMember(_ rule: PartialRule, _ lookup: Lookup, _ position: Int, _ next: @escaping Continuation) throws {
        let frame = try enter(rule.body)
        let reference = [.variable("data")] + rule.reference
        try evaluate(frame) { [self] in
            try unifyKeys(lookup, reference, position, frame) { [self] reached in
                if rule.isMultiValue, reached == reference.count, reached < lookup.reference.count {
                    return try unify(lookup.reference[reached], lookup.bindings, rule.result, frame.bindings, lookup.frame) { [self] in
                        try step(lookup, reached + 1, rule.result, frame.bindings, next)
                    }
                }
                let result = rule.isMultiValue ? PartialTerm.set([rule.result]) : rule.result
                let nested = reference[reached...].reversed().reduce(result) { .object([PartialTerm.Entry(key: $1, value: $0)]) }
                try step(lookup, reached, nested, frame.bindings, next)
            }
        }
    }

    /// Unifies the keys that the lookup and the rule's reference both have.
    @_optimize(none) private func unifyKeys(_ lookup: Lookup, _ reference: [PartialTerm], _ position: Int, _ frame: Frame, _ next: @escaping (Int) throws -> Void) throws {
        guard position < lookup.reference.count, position < reference.count else { return try next(position) }
        try unify(lookup.reference[position], lookup.bindings, reference[position], frame.bindings, lookup.frame) { [self] in
            try unifyKeys(lookup, reference, position + 1, frame, next)
        }
    }

    // MARK: Rules of support

    /// Leaves the rules over, evaluated as far as can be, and a reference to them.
    @_optimize(none) private func supported(_ lookup: Lookup, _ path: [Value], _ group: PartialRules.Group, _ next: @escaping Continuation) throws {
        // Rules of support would hold only for what `with` replaces here; the literal keeps its `with`, and so asks the rules themselves.
        if overrides.isActive { return try saveEquality(.ref(lookup.reference), lookup.bindings, lookup.other, lookup.otherBindings, lookup.frame, next) }
        let name = namespaced([.variable("data")] + path.map { .value($0) })
        var exist = support.exist(at: name)
        if !exist {
            for rule in group.rules + (group.defaultRule.map { [$0] } ?? []) {
                if try addSupport(rules[rule], group.isComplete ? name : nil) { exist = true }
            }
        }
        var term = PartialTerm.ref(namespaced(plugged(lookup, path)))
        if !exist {
            // Nothing is in the set or object that was asked for as a whole.
            guard !group.isComplete, lookup.reference.count == path.count + 1 else { return }
            term = .value(group.isMultiValue && group.rules.allSatisfy { rules[$0].hasGroundReference } ? .set([]) : .object([]))
        }
        try saveEquality(term, lookup.bindings, lookup.other, lookup.otherBindings, lookup.frame, next)
    }

    @_optimize(none) func namespaced(_ reference: [PartialTerm]) -> [PartialTerm] { [reference[0], Self.namespace] + reference.dropFirst() }

    /// Evaluates a rule by itself; each way in which its body may hold becomes a rule. False where there is none.
    @_optimize(none) private func addSupport(_ rule: PartialRule, _ name: [PartialTerm]?) throws -> Bool {
        let frame = try enter(rule.body)
        var isDefined = false
        try evaluatingByItself(frame) { [self] body in
            isDefined = true
            func plug(_ term: PartialTerm) -> PartialTerm { frame.bindings.plug(term, caller: caller) }
            var result = rule
            var keys: [PartialExpression] = []
            /// A key that is computed stays one: constant keys make documents even where nothing is in them.
            func plugKey(_ key: PartialTerm) -> PartialTerm {
                let plugged = plug(key)
                guard case .variable = key, case .value(let value) = plugged, value.isOpeningKey else { return plugged }
                let variable = PartialTerm.variable("__key_\(keys.count)__")
                keys.append(.equality(variable, plugged))
                return variable
            }
            result.reference = name ?? namespaced([.variable("data")] + rule.reference.map(plugKey))
            result.key = rule.key.map(plug)
            result.value = rule.value.map(plug)
            result.elseBranches = []
            let heads = result.reference + [result.key, result.value].compactMap(\.self)
            guard passesTypeCheck(body), let rest = propagated(body, live: heads.reduce(into: []) { $0.formUnion($1.variables) }) else { return }
            result.body = rule.isDefault ? [] : rest + keys
            support.insert(result)
        }
        return isDefined
    }

    /// Evaluates a body with saved literals of its own, which `result` is given each time that the body holds.
    @_optimize(none) func evaluatingByItself(_ frame: Frame, _ result: @escaping ([PartialExpression]) throws -> Void) throws {
        saved.pushQuery()
        defer { _ = saved.popQuery() }
        try evaluate(frame) { [self] in
            let query = saved.popQuery()
            defer { saved.pushQuery(query) }
            try result(query.map { $0.plugged(caller) })
        }
    }

    /// What is left of a body after copies are propagated, never empty; nil where it never holds.
    @_optimize(none) func propagated(_ body: [PartialExpression], live: Set<String>) -> [PartialExpression]? {
        if inlining.isShallow { return body.isEmpty ? [PartialExpression(.term(.value(true)))] : body }
        return CopyPropagation(live: live, arities: rules.arities, keepsNonEmpty: true).apply(body)
    }

    // MARK: Rules that depend on nothing unknown

    /// The whole document that rules give.
    @_optimize(none) func knownValue(of group: PartialRules.Group, at path: [Value], _ frame: Frame) throws -> Value? {
        if isFunction(group) { return nil }
        if let remembered = memory[path] { return remembered }
        let value = try group.isComplete ? completeValue(group) : collectedValue(group, path)
        memory[path] = value
        return value
    }

    @_optimize(none) private func completeValue(_ group: PartialRules.Group) throws -> Value? {
        var found: Value?
        for position in group.rules {
            for rule in [rules[position]] + rules[position].elseBranches {
                let results = try knownResults(rule)
                guard let value = results.first else { continue }
                if results.contains(where: { $0 != value }) || (found.map { $0 != value } ?? false) {
                    throw EvaluationError(.conflict, "complete rules must not produce multiple outputs", at: rule.location)
                }
                found = value
                break
            }
        }
        if let found { return found }
        return try group.defaultRule.flatMap { try knownResults(rules[$0]).first }
    }

    @_optimize(none) private func knownResults(_ rule: PartialRule) throws -> [Value] {
        let frame = try enter(rule.body)
        var results: [Value] = []
        try evaluate(frame) { [self] in
            try withKnown(rule.result, frame) { results.append($0) }
        }
        return results
    }

    /// The values of a term that may still have references in it.
    @_optimize(none) private func withKnown(_ term: PartialTerm, _ frame: Frame, _ use: @escaping (Value) -> Void) throws {
        if case .value(let value) = frame.bindings.plug(term) { return use(value) }
        let name = PartialTerm.variable(generateName("result"))
        try unify(term, frame.bindings, name, frame.bindings, frame) {
            if case .value(let value) = frame.bindings.plug(name) { use(value) }
        }
    }

    /// A set or an object that several rules add to.
    @_optimize(none) private func collectedValue(_ group: PartialRules.Group, _ path: [Value]) throws -> Value? {
        var members: [Value] = []
        var leaves: [(path: [Value], value: Value, isMember: Bool)] = []
        for position in group.rules {
            let rule = rules[position]
            let frame = try enter(rule.body)
            try evaluate(frame) { [self] in
                try withKnown(.array(Array(rule.reference.dropFirst(path.count)) + [rule.result]), frame) { value in
                    guard case .array(let parts) = value, let result = parts.last else { return }
                    if rule.isMultiValue, parts.count == 1 { members.append(result) } else { leaves.append((Array(parts.dropLast()), result, rule.isMultiValue)) }
                }
            }
        }
        if group.isMultiValue, leaves.isEmpty, group.rules.allSatisfy({ rules[$0].hasGroundReference }) { return .makeSet(members) }
        var tree = Value.object([])
        for leaf in leaves { tree = try tree.adding(leaf.value, at: leaf.path[...], isMember: leaf.isMember) }
        return tree
    }
}

extension Value {
    /// The object with a value at a path; a member joins the set that is there.
    @_optimize(none) fileprivate func adding(_ value: Value, at path: ArraySlice<Value>, isMember: Bool) throws -> Value {
        guard let key = path.first else {
            if isMember { if case .set(let members) = self { return .makeSet(members + [value]) } else { return .set([value]) } }
            return value
        }
        var entries: [(Value, Value)] = []
        if case .object(let members) = self { entries = members.map { ($0.key, $0.value) } }
        let existing = entries.first { $0.0 == key }?.1
        if path.count == 1, !isMember, let existing, existing != value { throw EvaluationError(.conflict, "object keys must be unique") }
        let inner = try (existing ?? .object([])).adding(value, at: path.dropFirst(), isMember: isMember)
        return .makeObject(entries + [(key, inner)])
    }
}

extension Value {
    fileprivate var isOpeningKey: Bool {
        switch self {
        case .null, .boolean, .number: true
        default: false
        }
    }
}
