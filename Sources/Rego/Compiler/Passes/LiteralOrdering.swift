/// Orders the literals of rules as they were written, with their calls inside terms, so that each variable is bound before it is needed.
///
/// Whether that can be done at all has been decided for the flat form. Where a literal would have to be taken apart for it, the ordering is
/// incomplete, and the flat form is what can be evaluated.
struct LiteralOrdering {
    let arity: ([String]) -> Int?
    /// False once a literal could not be placed.
    private(set) var isComplete = true

    init(arity: @escaping ([String]) -> Int?) { self.arity = arity }

    /// The rule with its bodies in order; where that cannot be, its flat form.
    static func rule(_ rule: CompiledRule, flat: CompiledRule, arity: @escaping ([String]) -> Int?) -> CompiledRule {
        // Arguments that must be evaluated are compared in the body, which only the flat form does.
        if ([rule] + rule.elseBranches).contains(where: { $0.arguments?.contains(where: \.requiresEvaluation) ?? false }) { return flat.withTemplateCalls }
        var ordering = LiteralOrdering(arity: arity)
        var result = ordering.branch(rule)
        result.elseBranches = rule.elseBranches.map { ordering.branch($0) }
        return ordering.isComplete ? result : flat.withTemplateCalls
    }

    static func query(_ body: Body, flat: Body, arity: @escaping ([String]) -> Int?) -> Body {
        var ordering = LiteralOrdering(arity: arity)
        let (ordered, _) = ordering.order(body, bound: [])
        return ordering.isComplete ? ordered : flat.withTemplateCalls
    }

    private mutating func branch(_ rule: CompiledRule) -> CompiledRule {
        var result = rule
        var bound = Safety.argumentVariables(rule)
        (result.body, bound) = order(rule.body, bound: bound)
        let heads = rule.dynamicPath + [rule.key, rule.value].compactMap(\.self)
        // A reference in the head may bind what it iterates over.
        for head in heads { bound.formUnion(outputs(head, bound)) }
        let closed = heads.map { head in
            if !Self.variables(head).isSubset(of: bound) { isComplete = false }
            return closures(head, bound: bound)
        }
        result.dynamicPath = Array(closed.prefix(rule.dynamicPath.count))
        var rest = closed.dropFirst(rule.dynamicPath.count)
        if rule.key != nil { result.key = rest.popFirst() }
        if rule.value != nil { result.value = rest.popFirst() }
        return result
    }

    // MARK: Ordering

    private mutating func order(_ body: Body, bound outer: Set<String>) -> (Body, Set<String>) {
        var bound = outer
        var scope = outer
        for expression in body { scope.formUnion(Self.variables(expression)) }
        var waiting = Array(body.indices)
        var ordered: Body = []
        var hasProgress = true
        while hasProgress && !waiting.isEmpty {
            hasProgress = false
            for position in waiting {
                let expression = body[position]
                let known = bound.union(outputs(expression, bound))
                let captured = expression.hasClosure ? expression.closureVariables.intersection(scope) : []
                guard Self.variables(expression).isSubset(of: known), captured.isSubset(of: expression.isNegated ? bound : known) else { continue }
                bound = known
                ordered.append(closures(expression, bound: bound))
                waiting.removeAll { $0 == position }
                hasProgress = true
            }
        }
        if !waiting.isEmpty { isComplete = false }
        return (ordered + waiting.map { body[$0] }, bound)
    }

    /// Orders the bodies inside a literal.
    private mutating func closures(_ expression: Expression, bound: Set<String>) -> Expression {
        guard expression.hasClosure else { return expression }
        var inner = bound
        if case .every(let every) = expression.kind { inner.formUnion(every.value.variables().union(every.key?.variables() ?? [])) }
        return expression.mapTerms({ closures($0, bound: bound) }, body: { order($0, bound: inner).0 })
    }

    private mutating func closures(_ term: Term, bound: Set<String>) -> Term {
        guard term.hasClosure else { return term }
        return term.mapParts({ closures($0, bound: bound) }, bodies: { body, heads in
            var (ordered, known) = order(body, bound: bound)
            for head in heads { known.formUnion(outputs(head, known)) }
            if !heads.allSatisfy({ Self.variables($0).isSubset(of: known) }) { isComplete = false }
            return (ordered, heads.map { closures($0, bound: known) })
        })
    }

    // MARK: Variables

    static func variables(_ term: Term) -> Set<String> { term.variables(.safety) }

    static func variables(_ expression: Expression) -> Set<String> {
        expression.terms.reduce(into: []) { $0.formUnion(variables($1)) }
    }

    // MARK: Outputs

    /// What a literal binds, given what is bound.
    private func outputs(_ expression: Expression, _ bound: Set<String>) -> Set<String> {
        if expression.isNegated { return [] }
        var found: Set<String> = []
        switch expression.kind {
        case .some: return []
        case .every(let every): found = outputs(every.domain, bound)
        case .someIn(let key, let value, let domain):
            found = outputs(domain, bound)
            guard Self.variables(domain).isSubset(of: bound.union(found)) else { return found }
            if let key { found.formUnion(patternVariables(key)) }
            found.formUnion(patternVariables(value))
        case .term(let term):
            guard case .call(let call) = term.kind else {
                found = outputs(term, bound)
                break
            }
            if call.function == ["eq"], call.arguments.count == 2 {
                found = unified(call.arguments[0], call.arguments[1], bound)
            } else {
                found = outputs(term, bound)
                if let arity = arity(call.function), call.arguments.count == arity + 1 {
                    let known = bound.union(found)
                    if call.arguments.dropLast().allSatisfy({ Self.variables($0).isSubset(of: known) }), let last = call.arguments.last {
                        found.formUnion(patternVariables(last))
                    }
                }
            }
        }
        return found
    }

    private func unified(_ left: Term, _ right: Term, _ bound: Set<String>) -> Set<String> {
        var known = bound
        while true {
            let before = known.count
            known.formUnion(outputs(left, known))
            known.formUnion(outputs(right, known))
            if Self.variables(left).isSubset(of: known) { known.formUnion(patternVariables(right)) }
            if Self.variables(right).isSubset(of: known) { known.formUnion(patternVariables(left)) }
            switch (left.kind, right.kind) {
            case (.array(let lefts), .array(let rights)) where lefts.count == rights.count:
                for (a, b) in zip(lefts, rights) { known.formUnion(unified(a, b, known)) }
            case (.object(let lefts), .object(let rights)):
                for entry in lefts {
                    guard let key = PlanScope.constantValue(of: entry.key), let other = rights.first(where: { PlanScope.constantValue(of: $0.key) == key }) else { continue }
                    known.formUnion(unified(entry.value, other.value, known))
                }
            default: break
            }
            if known.count == before { return known.subtracting(bound) }
        }
    }

    /// Variables that taking a value apart binds: not those inside calls or used as keys of a reference.
    private func patternVariables(_ term: Term) -> Set<String> {
        switch term.kind {
        case .variable(let name): return VariableCollection.isVariable(name) ? [name] : []
        case .array(let terms): return terms.reduce(into: []) { $0.formUnion(patternVariables($1)) }
        case .object(let entries): return entries.reduce(into: []) { $0.formUnion(patternVariables($1.value)) }
        default: return []
        }
    }

    /// Variables that references in a term bind by iterating.
    private func outputs(_ term: Term, _ bound: Set<String>) -> Set<String> {
        var known = bound
        while true {
            let before = known.count
            term.walk({ part in
                if case .ref(let ref) = part.kind {
                    known.formUnion(outputs(ref.head, known))
                    if Self.variables(ref.head).isSubset(of: known) {
                        for key in ref.path {
                            known.formUnion(patternVariables(key))
                        }
                    }
                }
                return true
            }, closure: { _, _ in })
            if known.count == before { return known.subtracting(bound) }
        }
    }
}
