/// Orders the literals of every body so that each variable is bound before it is needed, and reports those that nothing binds.
///
/// As in OPA, literals keep their order where that is safe, and others move behind the first that make them so.
struct Safety {
    let arity: ([String]) -> Int?
    let localNames: [String: String]
    private(set) var diagnostics: [Diagnostic] = []

    init(arity: @escaping ([String]) -> Int?, localNames: [String: String]) {
        self.arity = arity
        self.localNames = localNames
    }

    mutating func rule(_ rule: CompiledRule) -> CompiledRule {
        var result = branch(rule)
        result.elseBranches = rule.elseBranches.map { branch($0) }
        return result
    }

    private mutating func branch(_ rule: CompiledRule) -> CompiledRule {
        var result = rule
        var bound: Set<String> = []
        for argument in rule.arguments ?? [] { bound.formUnion(Self.variables(argument)) }
        (result.body, bound) = order(rule.body, bound: bound, location: rule.location)
        let heads = rule.dynamicPath + [rule.key, rule.value].compactMap(\.self)
        var closed: [Term] = []
        // A reference in the head may bind what it iterates over.
        for head in heads { bound.formUnion(outputs(head, bound)) }
        var unbound: [(name: String, location: SourceLocation)] = []
        for head in heads {
            for variable in Self.locatedVariables(head) where !bound.contains(variable.name) { unbound.append(variable) }
            closed.append(closures(head, bound: bound))
        }
        report(unbound, rule.location)
        result.dynamicPath = Array(closed.prefix(rule.dynamicPath.count))
        var rest = closed.dropFirst(rule.dynamicPath.count)
        if rule.key != nil { result.key = rest.popFirst() }
        if rule.value != nil { result.value = rest.popFirst() }
        return result
    }

    mutating func query(_ query: CompiledQuery) -> CompiledQuery {
        var result = query
        (result.body, _) = order(query.body, bound: [], location: .none)
        return result
    }

    private mutating func report(_ unbound: [(name: String, location: SourceLocation)], _ location: SourceLocation) {
        var seen: Set<String> = []
        for variable in unbound where seen.insert(variable.name).inserted {
            let isAnonymous = variable.name.hasPrefix("$")
            let name = localNames[variable.name] ?? variable.name
            let place = variable.location.row > 0 ? variable.location : location
            diagnostics.append(Diagnostic(.unsafeVariable, isAnonymous ? "expression is unsafe" : "var \(name) is unsafe", at: place))
        }
    }

    // MARK: Ordering

    private mutating func order(_ body: Body, bound outer: Set<String>, location: SourceLocation) -> (Body, Set<String>) {
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
                let gives = outputs(expression, bound)
                let known = bound.union(gives)
                guard needs(expression, scope: scope).isSubset(of: known), closureNeeds(expression, scope: scope).isSubset(of: expression.isNegated ? bound : known) else { continue }
                bound = known
                ordered.append(closures(expression, bound: bound))
                waiting.removeAll { $0 == position }
                hasProgress = true
            }
        }
        if !waiting.isEmpty {
            var unbound: [(name: String, location: SourceLocation)] = []
            for position in waiting {
                let known = bound.union(outputs(body[position], bound))
                var found: [(name: String, location: SourceLocation)] = []
                for term in body[position].terms {
                    found += Self.locatedVariables(term).filter { !known.contains($0.name) }
                }
                let captured = closureNeeds(body[position], scope: scope).subtracting(known)
                for name in captured.sorted() where !found.contains(where: { $0.name == name }) { found.append((name, body[position].location)) }
                unbound += found.map { ($0.name, $0.location.row > 0 ? body[position].location : location) }
            }
            report(unbound, location)
            ordered += waiting.map { body[$0] }
        }
        return (ordered, bound)
    }

    /// Orders the bodies inside a literal.
    private mutating func closures(_ expression: Expression, bound: Set<String>) -> Expression {
        var result = expression
        result.withModifiers = expression.withModifiers.map { modifier in
            var closed = modifier
            closed.value = closures(modifier.value, bound: bound)
            return closed
        }
        switch expression.kind {
        case .some: break
        case .someIn(let key, let value, let domain): result.kind = .someIn(key: key, value: value, domain: closures(domain, bound: bound))
        case .term(let term): result.kind = .term(closures(term, bound: bound))
        case .every(var every):
            every.domain = closures(every.domain, bound: bound)
            var inner = bound
            if let key = every.key { inner.formUnion(Self.variables(key)) }
            inner.formUnion(Self.variables(every.value))
            (every.body, _) = order(every.body, bound: inner, location: expression.location)
            result.kind = .every(every)
        }
        return result
    }

    private mutating func closures(_ term: Term, bound: Set<String>) -> Term {
        var unbound: [(name: String, location: SourceLocation)] = []
        func transform(_ safety: inout Safety, _ term: Term) -> Term {
            var copy = safety
            let result = term.mapParts({ transform(&copy, $0) }, bodies: { body, heads in
                var (ordered, known) = copy.order(body, bound: bound, location: term.location)
                for head in heads { known.formUnion(copy.outputs(head, known)) }
                var closed: [Term] = []
                for head in heads {
                    for variable in Self.locatedVariables(head) where !known.contains(variable.name) { unbound.append(variable) }
                    closed.append(copy.closures(head, bound: known))
                }
                ordered = ordered.map { $0 }
                return (ordered, closed)
            })
            safety = copy
            return result
        }
        let result = transform(&self, term)
        report(unbound, term.location)
        return result
    }

    // MARK: Variables

    static func isVariable(_ name: String) -> Bool { name != "input" && name != "data" }

    /// Variables of a term, those of closures excepted.
    static func variables(_ term: Term) -> Set<String> { Set(locatedVariables(term).map(\.name)) }

    static func locatedVariables(_ term: Term) -> [(name: String, location: SourceLocation)] {
        var found: [(name: String, location: SourceLocation)] = []
        term.walk({ part in
            if case .variable(let name) = part.kind, isVariable(name) { found.append((name, part.location)) }
            return true
        }, closure: { _, _ in })
        return found
    }

    static func variables(_ expression: Expression) -> Set<String> {
        expression.terms.reduce(into: []) { $0.formUnion(variables($1)) }
    }

    private func needs(_ expression: Expression, scope: Set<String>) -> Set<String> { Self.variables(expression) }

    /// Variables of the surrounding body that closures of the literal use.
    private func closureNeeds(_ expression: Expression, scope: Set<String>) -> Set<String> {
        var names: Set<String> = []
        func collect(_ heads: [Term], _ body: Body) {
            for head in heads { head.walkDeep { if case .variable(let name) = $0.kind { names.insert(name) } } }
            for expression in body { expression.walkDeep { if case .variable(let name) = $0.kind { names.insert(name) } } }
        }
        for term in expression.terms { term.walk({ _ in true }, closure: collect) }
        if case .every(let every) = expression.kind {
            collect([], every.body)
        }
        return names.intersection(scope)
    }

    // MARK: Outputs

    /// What a literal binds, given what is bound.
    private func outputs(_ expression: Expression, _ bound: Set<String>) -> Set<String> {
        // The values of `with` are evaluated before the literal, and outside its negation.
        var found: Set<String> = []
        for modifier in expression.withModifiers where modifier.replacement == nil { found.formUnion(outputs(modifier.value, bound)) }
        if expression.isNegated { return found }
        switch expression.kind {
        case .some: return []
        case .every(let every): found.formUnion(outputs(every.domain, bound))
        case .someIn(let key, let value, let domain):
            found.formUnion(outputs(domain, bound))
            guard Self.variables(domain).isSubset(of: bound.union(found)) else { return found }
            if let key { found.formUnion(patternVariables(key)) }
            found.formUnion(patternVariables(value))
        case .term(let term):
            guard case .call(let call) = term.kind else {
                found.formUnion(outputs(term, bound))
                break
            }
            if call.function == ["eq"], call.arguments.count == 2 {
                found.formUnion(unified(call.arguments[0], call.arguments[1], bound))
            } else {
                found.formUnion(outputs(term, bound))
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
        case .variable(let name): return Self.isVariable(name) ? [name] : []
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
