/// What a walk of terms meets.
enum PartialNode {
    case term(PartialTerm)
    case expression(PartialExpression)
}

extension PartialTerm {
    /// The same term with another in place of each direct part; bodies of comprehensions go to `bodies`.
    func mapParts(_ transform: (PartialTerm) -> PartialTerm, bodies: ([PartialExpression]) -> [PartialExpression]) -> PartialTerm {
        switch self {
        case .value, .variable: self
        case .ref(let parts): .ref(parts.map(transform))
        case .array(let elements): .makeArray(elements.map(transform))
        case .set(let members): .makeSet(members.map(transform))
        case .object(let entries): .makeObject(entries.map { Entry(key: transform($0.key), value: transform($0.value)) })
        case .comprehension(let closure):
            .comprehension(PartialComprehension(kind: closure.kind, heads: closure.heads.map(transform), body: bodies(closure.body)))
        case .call(let call): .call(PartialCall(function: call.function, arguments: call.arguments.map(transform)))
        }
    }

    /// Calls `visit` for the term and all in it, closures included; where `visit` says no, not for its parts.
    func walk(_ visit: (PartialNode) -> Bool) {
        guard visit(.term(self)) else { return }
        switch self {
        case .value, .variable: break
        case .ref(let terms), .array(let terms), .set(let terms): for term in terms { term.walk(visit) }
        case .object(let entries):
            for entry in entries {
                entry.key.walk(visit)
                entry.value.walk(visit)
            }
        case .comprehension(let closure):
            for head in closure.heads { head.walk(visit) }
            for expression in closure.body { expression.walk(visit) }
        case .call(let call): for argument in call.arguments { argument.walk(visit) }
        }
    }

    /// The variables, without those of closures, and without `input` and `data`.
    var openVariables: Set<String> {
        var names: Set<String> = []
        walk { node in
            guard case .term(let term) = node else { return true }
            if case .comprehension = term { return false }
            if case .variable(let name) = term, VariableCollection.isVariable(name) { names.insert(name) }
            return true
        }
        return names
    }

    /// The variables, closures included.
    var variables: Set<String> {
        var names: Set<String> = []
        walk { node in
            if case .term(.variable(let name)) = node, VariableCollection.isVariable(name) { names.insert(name) }
            return true
        }
        return names
    }
}

extension PartialExpression {
    /// The literal with other terms; bodies inside it go to `bodies`. What `with` names is left alone.
    func mapTerms(_ transform: (PartialTerm) -> PartialTerm, bodies: ([PartialExpression]) -> [PartialExpression]) -> PartialExpression {
        var result = self
        switch kind {
        case .term(let term): result.kind = .term(transform(term))
        case .call(let call): result.kind = .call(PartialCall(function: call.function, arguments: call.arguments.map(transform)))
        case .every(let every):
            result.kind = .every(
                PartialEvery(key: every.key.map(transform), value: transform(every.value), domain: transform(every.domain), body: bodies(every.body)))
        }
        for position in modifiers.indices where modifiers[position].replacement == nil { result.modifiers[position].value = transform(modifiers[position].value) }
        return result
    }

    func walk(_ visit: (PartialNode) -> Bool) {
        guard visit(.expression(self)) else { return }
        switch kind {
        case .term(let term): term.walk(visit)
        case .call(let call):
            if let reference = call.reference { PartialTerm.ref(reference).walk(visit) }
            for argument in call.arguments { argument.walk(visit) }
        case .every(let every):
            for term in [every.key, every.value, every.domain].compactMap(\.self) { term.walk(visit) }
            for expression in every.body { expression.walk(visit) }
        }
        for modifier in modifiers {
            PartialTerm.ref(modifier.target).walk(visit)
            if modifier.replacement == nil { modifier.value.walk(visit) }
        }
    }

    /// The variables, closures included.
    var variables: Set<String> {
        var names: Set<String> = []
        walk { node in
            if case .term(.variable(let name)) = node, VariableCollection.isVariable(name) { names.insert(name) }
            return true
        }
        return names
    }
}

extension PartialRule {
    func walk(_ visit: (PartialNode) -> Bool) {
        for term in reference + (arguments ?? []) + [key, value].compactMap(\.self) { term.walk(visit) }
        for expression in body { expression.walk(visit) }
        for branch in elseBranches { branch.walk(visit) }
    }
}
