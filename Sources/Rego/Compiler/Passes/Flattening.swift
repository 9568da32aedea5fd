/// Takes calls out of terms, so that each is a literal of its own, as OPA's compiler does before it checks safety and types.
///
/// The checks read the flat form, because it decides which errors there are and where they stand. Literals made here are marked as generated.
struct Flattening {
    private var names: LocalNames
    /// The terms that locals made here stand for.
    private(set) var origins: [String: Term] = [:]
    /// Whether a `with` replaces a function by a function, so that its value is no term.
    private let isFunctionValue: (WithModifier) -> Bool

    init(names: LocalNames, isFunctionValue: @escaping (WithModifier) -> Bool) {
        self.names = names
        self.isFunctionValue = isFunctionValue
    }

    /// The names that are left.
    var remainingNames: LocalNames { names }

    mutating func rule(_ rule: CompiledRule) -> CompiledRule {
        var result = rule
        result.elseBranches = rule.elseBranches.map { self.rule($0) }
        var body = rule.body
        for position in result.dynamicPath.indices {
            switch result.dynamicPath[position].kind {
            case .variable(let name) where VariableCollection.isVariable(name): break
            case .null, .boolean, .number, .string: break
            default: result.dynamicPath[position] = bind(result.dynamicPath[position], &body)
            }
        }
        if let arguments = rule.arguments { result.arguments = arguments.map { expand($0, into: &body) } }
        result.key = rule.key.map { expand($0, into: &body) }
        result.value = rule.value.map { expand($0, into: &body) }
        body = self.body(body)
        result.key = result.key.map { settled($0, &body) }
        result.value = result.value.map { settled($0, &body) }
        if let arguments = result.arguments { result.arguments = arguments.map { settled($0, &body) } }
        result.body = body
        return result
    }

    mutating func body(_ body: Body) -> Body {
        var result: Body = []
        for expression in body { result += self.expression(expression) }
        return result
    }

    // MARK: Locals

    private mutating func local(for term: Term) -> Term {
        let name = names.next()
        origins[name] = term
        return Term(.variable(name), at: term.location)
    }

    /// `local = term`, appended to a body; gives the local.
    private mutating func bind(_ term: Term, _ body: inout Body) -> Term {
        let local = local(for: term)
        body.append(Self.equality(local, term))
        return local
    }

    static func equality(_ left: Term, _ right: Term) -> Expression {
        let call = Call(function: ["eq"], functionLocation: right.location, arguments: [left, right], isInfix: true)
        var expression = Expression(.term(Term(.call(call), at: right.location)), at: right.location)
        expression.isGenerated = true
        return expression
    }

    /// A term that must be evaluated becomes a local that the body binds.
    private mutating func settled(_ term: Term, _ body: inout Body) -> Term {
        term.requiresEvaluation ? bind(term, &body) : term
    }

    // MARK: Literals

    private mutating func expression(_ expression: Expression) -> Body {
        var result: Body = []
        var literal = expression
        for position in literal.withModifiers.indices where literal.withModifiers[position].replacement == nil {
            literal.withModifiers[position].value = expand(literal.withModifiers[position].value, into: &result)
        }
        for position in literal.withModifiers.indices {
            let modifier = literal.withModifiers[position]
            guard modifier.replacement == nil, modifier.value.requiresEvaluation, !isFunctionValue(modifier) else { continue }
            literal.withModifiers[position].value = bind(modifier.value, &result)
        }
        var support: Body = []
        switch literal.kind {
        case .some, .someIn: break
        case .term(let term):
            if case .call(var call) = term.kind {
                call.arguments = call.arguments.map { expand($0, into: &support) }
                literal.kind = .term(Term(.call(call), at: term.location))
            } else {
                literal.kind = .term(expand(term, into: &support))
            }
        case .every(var every):
            let domain = local(for: every.domain)
            var equality = Self.equality(domain, every.domain)
            equality.withModifiers = literal.withModifiers
            support = self.expression(equality)
            every.domain = domain
            every.body = body(every.body)
            literal.kind = .every(every)
        }
        for position in support.indices where support[position].withModifiers.isEmpty { support[position].withModifiers = literal.withModifiers }
        return result + support + [literal]
    }

    // MARK: Terms

    private mutating func expand(_ term: Term, into support: inout Body) -> Term {
        switch term.kind {
        case .null, .boolean, .number, .string, .variable: return term
        case .call(var call):
            let output = local(for: term)
            call.arguments = call.arguments.map { expand($0, into: &support) } + [output]
            var expression = Expression(.term(Term(.call(call), at: term.location)), at: term.location)
            expression.isGenerated = true
            support.append(expression)
            return output
        case .ref(let ref): return Term(.ref(expand(ref, into: &support)), at: term.location)
        case .array(let terms): return Term(.array(terms.map { expand($0, into: &support) }), at: term.location)
        case .set(let terms): return Term(.set(terms.map { expand($0, into: &support) }), at: term.location)
        case .object(let entries):
            return Term(.object(entries.map { entry in
                let key = expand(entry.key, into: &support)
                return Term.ObjectEntry(key: key, value: expand(entry.value, into: &support))
            }), at: term.location)
        case .arrayComprehension(let head, let body): return closure([head], body, term.location) { .arrayComprehension($0[0], $1) }
        case .setComprehension(let head, let body): return closure([head], body, term.location) { .setComprehension($0[0], $1) }
        case .objectComprehension(let key, let value, let body):
            return closure([key, value], body, term.location) { .objectComprehension(key: $0[0], value: $0[1], $1) }
        case .templateString(let template): return Term(.templateString(settled(template)), at: term.location)
        }
    }

    private mutating func expand(_ ref: Ref, into support: inout Body) -> Ref {
        var head = expand(ref.head, into: &support)
        let path = ref.path.map { expand($0, into: &support) }
        switch head.kind {
        case .array, .object, .set, .arrayComprehension, .setComprehension, .objectComprehension: head = bind(head, &support)
        default: break
        }
        return Ref(head: head, path: path)
    }

    private mutating func closure(_ heads: [Term], _ body: Body, _ location: SourceLocation, _ make: ([Term], Body) -> Term.Kind) -> Term {
        var body = body
        var heads = heads.map { expand($0, into: &body) }
        body = self.body(body)
        heads = heads.map { settled($0, &body) }
        return Term(make(heads, body), at: location)
    }

    /// In a template string, what may be undefined becomes the set of its values, so that it needs nothing hoisted out of it.
    private mutating func settled(_ template: TemplateString) -> TemplateString {
        // Support literals are flattened again together with the body that they join.
        guard !template.isSettled else { return template }
        var result = template
        result.isSettled = true
        for position in template.parts.indices {
            guard case .term(let term) = template.parts[position] else { continue }
            if case .templateString(let inner) = term.kind { result.parts[position] = .term(Term(.templateString(settled(inner)), at: term.location)) }
            if term.isAlwaysDefinedInTemplate { continue }
            let value = local(for: term)
            var capture = Self.equality(value, term)
            capture.isGenerated = false
            result.parts[position] = .term(Term(.setComprehension(value, body([capture])), at: term.location))
        }
        return result
    }
}

extension Term {
    /// The call that a settled template string is.
    var templateCall: Term {
        guard case .templateString(let template) = kind else { return self }
        let parts = template.parts.map { part in
            switch part {
            case .text(let text): Term(.string(text), at: location)
            case .term(let term): term
            }
        }
        return Term(.call(Call(function: ["internal.template_string"], functionLocation: location, arguments: [Term(.array(parts), at: location)])), at: location)
    }

    /// The term with calls for all settled template strings.
    var withTemplateCalls: Term {
        mapParts(\.withTemplateCalls, bodies: { body, heads in (body.withTemplateCalls, heads.map(\.withTemplateCalls)) }).templateCall
    }
}

extension [Expression] {
    var withTemplateCalls: Body { map { $0.mapTerms(\.withTemplateCalls, body: \.withTemplateCalls) } }
}

extension CompiledRule {
    /// A flat rule that can be evaluated.
    var withTemplateCalls: CompiledRule {
        var result = self
        result.body = body.withTemplateCalls
        result.arguments = arguments?.map(\.withTemplateCalls)
        result.key = key?.withTemplateCalls
        result.value = value?.withTemplateCalls
        result.elseBranches = elseBranches.map(\.withTemplateCalls)
        return result
    }
}

extension Term {
    /// A part of a template string that has a value wherever the string is evaluated.
    var isAlwaysDefinedInTemplate: Bool {
        if case .templateString = kind { return true }
        return isPlainVariable
    }

    /// Contains a reference, a comprehension or a template string.
    var requiresEvaluation: Bool {
        var found = false
        walk({ part in
            switch part.kind {
            case .ref, .templateString: found = true
            case .variable(let name): if !VariableCollection.isVariable(name) { found = true }
            default: break
            }
            return !found
        }, closure: { _, _ in found = true })
        return found
    }
}
