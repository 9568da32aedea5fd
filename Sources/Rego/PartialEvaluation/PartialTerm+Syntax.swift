// Between the syntax tree, in the flat form that the checks read, and the terms of partial evaluation.

extension PartialTerm {
    init(_ term: Term) {
        switch term.kind {
        case .null, .boolean, .number, .string: self = .value(PlanScope.constantValue(of: term) ?? .null)
        case .variable(let name): self = VariableCollection.isVariable(name) ? .variable(name) : .ref([.variable(name)])
        case .ref(let ref):
            let parts = ref.path.map { PartialTerm($0) }
            if case .variable(let name) = ref.head.kind {
                self = .ref([.variable(name)] + parts)
            } else {
                self = .ref([PartialTerm(ref.head)] + parts)
            }
        case .array(let terms): self = .makeArray(terms.map { PartialTerm($0) })
        case .set(let terms): self = .makeSet(terms.map { PartialTerm($0) })
        case .object(let entries): self = .makeObject(entries.map { Entry(key: PartialTerm($0.key), value: PartialTerm($0.value)) })
        case .arrayComprehension(let head, let body): self = Self.comprehension(.array, [head], body)
        case .setComprehension(let head, let body): self = Self.comprehension(.set, [head], body)
        case .objectComprehension(let key, let value, let body): self = Self.comprehension(.object, [key, value], body)
        case .call(let call): self = .call(PartialCall(call))
        case .templateString: self = PartialTerm(term.templateCall)
        }
    }

    private static func comprehension(_ kind: PartialComprehensionKind, _ heads: [Term], _ body: Body) -> PartialTerm {
        .comprehension(PartialComprehension(kind: kind, heads: heads.map { PartialTerm($0) }, body: body.map { PartialExpression($0) }))
    }

    /// The term of the syntax tree.
    var syntax: Term {
        switch self {
        case .value(let value): Term(value: value)
        case .variable(let name): Term(.variable(name))
        case .ref(let parts): Term(.ref(Ref(head: parts[0].syntax, path: parts.dropFirst().map(\.syntax))))
        case .array(let elements): Term(.array(elements.map(\.syntax)))
        case .set(let members): Term(.set(members.map(\.syntax)))
        case .object(let entries): Term(.object(entries.map { Term.ObjectEntry(key: $0.key.syntax, value: $0.value.syntax) }))
        case .comprehension(let closure):
            switch closure.kind {
            case .array: Term(.arrayComprehension(closure.heads[0].syntax, closure.body.map(\.syntax)))
            case .set: Term(.setComprehension(closure.heads[0].syntax, closure.body.map(\.syntax)))
            case .object: Term(.objectComprehension(key: closure.heads[0].syntax, value: closure.heads[1].syntax, closure.body.map(\.syntax)))
            }
        case .call(let call): Term(.call(call.syntax))
        }
    }
}

extension Term {
    /// The constant term of a value.
    init(value: Value) {
        switch value {
        case .null: self.init(.null)
        case .boolean(let flag): self.init(.boolean(flag))
        case .number(let number): self.init(.number(number.text))
        case .string(let text): self.init(.string(text))
        case .array(let elements): self.init(.array(elements.map { Term(value: $0) }))
        case .set(let members): self.init(.set(members.map { Term(value: $0) }))
        case .object(let entries): self.init(.object(entries.map { ObjectEntry(key: Term(value: $0.key), value: Term(value: $0.value)) }))
        }
    }
}

extension PartialCall {
    init(_ call: Call) {
        self.init(function: call.function, arguments: call.arguments.map { PartialTerm($0) })
    }

    var syntax: Call { Call(function: function, arguments: arguments.map(\.syntax)) }
}

extension PartialExpression {
    init(_ expression: Expression) {
        let kind: Kind
        switch expression.kind {
        case .term(let term):
            if case .call(let call) = term.kind { kind = .call(PartialCall(call)) } else { kind = .term(PartialTerm(term)) }
        case .every(let every):
            kind = .every(
                PartialEvery(
                    key: every.key.map { PartialTerm($0) }, value: PartialTerm(every.value), domain: PartialTerm(every.domain),
                    body: every.body.map { PartialExpression($0) }))
        // The passes before have made calls and references of these.
        case .some, .someIn: kind = .term(.value(true))
        }
        self.init(kind, isNegated: expression.isNegated, modifiers: expression.withModifiers.map { PartialModifier($0) }, at: expression.location)
    }

    var syntax: Expression {
        let kind: Expression.Kind =
            switch self.kind {
            case .term(let term): .term(term.syntax)
            case .call(let call): .term(Term(.call(call.syntax)))
            case .every(let every):
                .every(Every(key: every.key?.syntax, value: every.value.syntax, domain: every.domain.syntax, body: every.body.map(\.syntax)))
            }
        return Expression(kind, isNegated: isNegated, withModifiers: modifiers.map(\.syntax), at: place.location)
    }
}

extension PartialModifier {
    init(_ modifier: WithModifier) {
        let target = PartialTerm(modifier.target)
        if case .ref(let parts) = target { self.init(target: parts, value: PartialTerm(modifier.value), replacement: modifier.replacement) } else {
            self.init(target: [target], value: PartialTerm(modifier.value), replacement: modifier.replacement)
        }
    }

    var syntax: WithModifier {
        var result = WithModifier(target: PartialTerm.ref(target).syntax, value: value.syntax, at: .none)
        if let replacement { result.value = Term(.ref(Ref(head: Term(.variable(replacement[0])), path: replacement.dropFirst().map { Term(.string($0)) }))) }
        return result
    }
}

extension PartialRule {
    init(_ rule: CompiledRule) {
        reference = rule.path.map { .value(.string($0)) } + rule.dynamicPath.map { PartialTerm($0) }
        isDefault = rule.isDefault
        arguments = rule.arguments?.map { PartialTerm($0) }
        key = rule.key.map { PartialTerm($0) }
        value = rule.value.map { PartialTerm($0) }
        body = rule.body.map { PartialExpression($0) }
        elseBranches = rule.elseBranches.map { PartialRule($0) }
        location = rule.location
    }
}
