/// Which variables a literal binds, given those that are bound already.
struct OutputVariables {
    /// How many arguments a function takes; nil for what is no function.
    let arity: ([String]) -> Int?

    func of(_ body: Body, safe: Set<String>) -> Set<String> {
        var known = safe
        for expression in body { known.formUnion(of(expression, safe: known)) }
        return known.subtracting(safe)
    }

    func of(_ expression: Expression, safe: Set<String>) -> Set<String> {
        if expression.isNegated { return [] }
        for modifier in expression.withModifiers {
            var collection = VariableCollection(.safety)
            collection.add(modifier)
            guard collection.names.isSubset(of: safe) else { return [] }
        }
        switch expression.kind {
        case .some, .someIn: return []
        case .every(let every): return ofReferences(every.domain, safe: safe)
        case .term(let term):
            switch term.kind {
            case .call(let call): return of(call, safe: safe)
            case .templateString: return []
            default: return ofReferences(term, safe: safe)
            }
        }
    }

    private func of(_ call: Call, safe: Set<String>) -> Set<String> {
        if call.function == ["eq"] {
            guard call.arguments.count == 2 else { return safe }
            return ofEquality(call.arguments[0], call.arguments[1], safe: safe)
        }
        guard let arity = arity(call.function) else { return [] }
        var outputs: Set<String> = []
        for argument in call.arguments { outputs.formUnion(ofReferences(argument, safe: safe)) }
        guard call.arguments.count > arity else { return outputs }
        let pattern: VariableOptions = [.skipsClosures, .skipsSets, .skipsObjectKeys, .skipsReferenceHeads]
        var inputs = VariableCollection(pattern), results = VariableCollection(pattern)
        for argument in call.arguments.prefix(arity) { inputs.add(argument) }
        guard inputs.names.subtracting(outputs).isSubset(of: safe) else { return [] }
        for argument in call.arguments.dropFirst(arity) { results.add(argument) }
        return outputs.union(results.names)
    }

    func ofEquality(_ left: Term, _ right: Term, safe: Set<String>) -> Set<String> {
        let known = safe.union(ofReferences(left, safe: safe)).union(ofReferences(right, safe: safe))
        var unification = VariableUnification(safe: known)
        unification.unify(left, right)
        return known.union(unification.unified).subtracting(safe)
    }

    /// What references in a term bind by iterating: the variables in their paths, where their heads are bound.
    private func ofReferences(_ term: Term, safe: Set<String>) -> Set<String> {
        var outputs: Set<String> = []
        term.walk({ part in
            switch part.kind {
            case .templateString: return false
            case .ref(let ref):
                guard VariableUnification.isSafe(ref, safe) else { return false }
                var collection = VariableCollection(.skipsReferenceHeads)
                for key in ref.path { collection.add(key) }
                outputs.formUnion(collection.names)
                return true
            default: return true
            }
        }, closure: { _, _ in })
        return outputs
    }
}

/// Which variables an equality binds: those on one side of which the other side is known, and what depends on them.
struct VariableUnification {
    private let safe: Set<String>
    private(set) var unified: Set<String> = []
    /// Variables that wait for others.
    private var waiting: [String: Set<String>] = [:]

    init(safe: Set<String>) { self.safe = safe }

    static func isSafe(_ ref: Ref, _ safe: Set<String>) -> Bool {
        if case .variable(let name) = ref.head.kind { return !VariableCollection.isVariable(name) || safe.contains(name) }
        return ref.head.variables(.safety).isSubset(of: safe)
    }

    private func isKnown(_ name: String) -> Bool { safe.contains(name) || unified.contains(name) }

    /// References, calls and template strings: nil for other terms.
    private func isGiven(_ term: Term) -> Bool? {
        switch term.kind {
        case .ref(let ref): Self.isSafe(ref, safe)
        case .call: term.variables(.safety).isSubset(of: safe)
        case .variable(let name): VariableCollection.isVariable(name) ? nil : true
        default: nil
        }
    }

    mutating func unify(_ left: Term, _ right: Term) {
        if let isGiven = isGiven(left) {
            if isGiven { take(right) }
            return
        }
        switch left.kind {
        case .variable(let name): unify(name, right)
        case .arrayComprehension, .objectComprehension, .setComprehension: takeFromClosure(left, right)
        case .array(let elements): unify(left, elements, right)
        case .object(let entries): unify(left, entries, right)
        default: if case .variable(let name) = right.kind, isGiven(right) == nil { markSafe(name) }
        }
    }

    /// What a known value is unified with.
    private mutating func take(_ term: Term) {
        switch term.kind {
        case .variable(let name): if VariableCollection.isVariable(name) { markSafe(name) }
        case .array, .object: markAllSafe(term)
        default: break
        }
    }

    private mutating func takeFromClosure(_ closure: Term, _ term: Term) {
        switch (closure.kind, term.kind) {
        case (_, .variable): take(term)
        case (.arrayComprehension, .array), (.objectComprehension, .object): markAllSafe(term)
        default: break
        }
    }

    private mutating func unify(_ name: String, _ right: Term) {
        switch right.kind {
        case .variable(let other) where VariableCollection.isVariable(other):
            if isKnown(other) {
                markSafe(name)
            } else if isKnown(name) {
                markSafe(other)
            } else {
                waiting[name, default: []].insert(other)
                waiting[other, default: []].insert(name)
            }
        case .array, .object: unifyAll(name, right)
        default: if isGiven(right) ?? true { markSafe(name) }
        }
    }

    private mutating func unify(_ left: Term, _ elements: [Term], _ right: Term) {
        switch right.kind {
        case .array(let others): if elements.count == others.count { for (a, b) in zip(elements, others) { unify(a, b) } }
        case .arrayComprehension, .objectComprehension, .setComprehension: markAllSafe(left)
        default: unifyCollection(left, right)
        }
    }

    private mutating func unify(_ left: Term, _ entries: [Term.ObjectEntry], _ right: Term) {
        guard case .object(let others) = right.kind else { return unifyCollection(left, right) }
        guard entries.count == others.count else { return }
        for entry in entries {
            let key = PlanScope.constantValue(of: entry.key)
            for other in others where key != nil ? PlanScope.constantValue(of: other.key) == key : other.key.description == entry.key.description {
                unify(entry.value, other.value)
            }
        }
    }

    private mutating func unifyCollection(_ left: Term, _ right: Term) {
        if let isGiven = isGiven(right) {
            if isGiven { markAllSafe(left) }
        } else if case .variable(let name) = right.kind {
            unifyAll(name, left)
        }
    }

    private mutating func unifyAll(_ name: String, _ collection: Term) {
        if isKnown(name) { return markAllSafe(collection) }
        let unknown = collection.variables(.pattern).subtracting(safe).subtracting(unified)
        if unknown.isEmpty { markSafe(name) } else { waiting[name, default: []].formUnion(unknown) }
    }

    private mutating func markAllSafe(_ term: Term) {
        for name in term.variables(.pattern).sorted() { markSafe(name) }
    }

    /// Binds a variable, those that it waits for, and those that wait for nothing else.
    private mutating func markSafe(_ first: String) {
        var queue = [first]
        while let name = queue.popLast() {
            unified.insert(name)
            queue += waiting.removeValue(forKey: name) ?? []
            for (other, dependencies) in waiting where dependencies.contains(name) {
                waiting[other]?.remove(name)
                if waiting[other]?.isEmpty == true {
                    waiting[other] = nil
                    queue.append(other)
                }
            }
        }
    }
}
