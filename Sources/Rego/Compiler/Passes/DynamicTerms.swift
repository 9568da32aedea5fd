/// Binds references and comprehensions inside other terms to locals, and turns `==` into unification: the last form before types are checked.
struct DynamicTerms {
    private var names: LocalNames
    private(set) var origins: [String: Term] = [:]
    private let rewritesEquality: Bool

    /// In queries `==` stays a call, because it has a value there.
    init(names: LocalNames, rewritesEquality: Bool = true) {
        self.names = names
        self.rewritesEquality = rewritesEquality
    }

    mutating func rule(_ rule: CompiledRule) -> CompiledRule {
        var result = rule
        result.body = body(rule.body)
        result.elseBranches = rule.elseBranches.map { self.rule($0) }
        return result
    }

    mutating func body(_ body: Body) -> Body {
        var result: Body = []
        for expression in body { result.append(self.expression(expression, &result)) }
        return result
    }

    private mutating func expression(_ expression: Expression, _ body: inout Body) -> Expression {
        var result = expression
        switch expression.kind {
        case .some, .someIn: break
        case .every(var every):
            every.domain = bound(every.domain, expression, &body)
            every.body = self.body(every.body)
            result.kind = .every(every)
        case .term(let term):
            guard case .call(var call) = term.kind else {
                result.kind = .term(kept(term, expression, &body))
                break
            }
            if rewritesEquality, call.function == ["equal"], call.arguments.count == 2 { call.function = ["eq"] }
            let isEquality = call.function == ["eq"] && call.arguments.count == 2
            call.arguments = call.arguments.map { isEquality ? kept($0, expression, &body) : bound($0, expression, &body) }
            result.kind = .term(Term(.call(call), at: term.location))
        }
        return result
    }

    /// A reference or comprehension may stay here; only what is inside it is bound.
    private mutating func kept(_ term: Term, _ original: Expression, _ body: inout Body) -> Term {
        switch term.kind {
        case .ref(let ref): Term(.ref(bound(ref, original, &body)), at: term.location)
        case .arrayComprehension, .setComprehension, .objectComprehension: closure(term)
        default: bound(term, original, &body)
        }
    }

    private mutating func bound(_ ref: Ref, _ original: Expression, _ body: inout Body) -> Ref {
        Ref(head: ref.head, path: ref.path.map { bound($0, original, &body) })
    }

    private mutating func closure(_ term: Term) -> Term {
        term.mapParts({ $0 }, bodies: { body, heads in (self.body(body), heads) })
    }

    private mutating func bound(_ term: Term, _ original: Expression, _ body: inout Body) -> Term {
        switch term.kind {
        case .variable(let name): return VariableCollection.isVariable(name) ? term : bind(term, original, &body)
        case .ref(let ref): return bind(Term(.ref(bound(ref, original, &body)), at: term.location), original, &body)
        case .arrayComprehension, .setComprehension, .objectComprehension: return bind(closure(term), original, &body)
        case .templateString: return call(for: term, original, &body)
        case .array(let terms): return Term(.array(terms.map { bound($0, original, &body) }), at: term.location)
        case .set(let terms): return Term(.set(terms.map { bound($0, original, &body) }), at: term.location)
        case .object(let entries):
            return Term(.object(entries.map { entry in
                let key = bound(entry.key, original, &body)
                return Term.ObjectEntry(key: key, value: bound(entry.value, original, &body))
            }), at: term.location)
        default: return term
        }
    }

    /// A template string is a call, the value of which goes to a local.
    private mutating func call(for template: Term, _ original: Expression, _ body: inout Body) -> Term {
        guard case .call(var call) = template.templateCall.kind else { return template }
        let name = names.next()
        origins[name] = template
        let local = Term(.variable(name), at: template.location)
        call.arguments = call.arguments.map { bound($0, original, &body) } + [local]
        var expression = Expression(.term(Term(.call(call), at: template.location)), withModifiers: original.withModifiers, at: template.location)
        expression.isGenerated = true
        body.append(expression)
        return local
    }

    private mutating func bind(_ term: Term, _ original: Expression, _ body: inout Body) -> Term {
        let name = names.next()
        origins[name] = term
        let local = Term(.variable(name), at: term.location)
        var equality = Flattening.equality(local, term)
        equality.withModifiers = original.withModifiers
        body.append(equality)
        return local
    }
}
