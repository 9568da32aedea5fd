extension Term {
    /// The same term with its direct parts replaced; bodies of comprehensions are left to `bodies`.
    func mapParts(_ transform: (Term) -> Term, bodies: (_ body: Body, _ heads: [Term]) -> (Body, [Term])) -> Term {
        var result = self
        switch kind {
        case .null, .boolean, .number, .string, .variable: break
        case .ref(let ref): result.kind = .ref(Ref(head: transform(ref.head), path: ref.path.map(transform)))
        case .array(let terms): result.kind = .array(terms.map(transform))
        case .set(let terms): result.kind = .set(terms.map(transform))
        case .object(let entries): result.kind = .object(entries.map { ObjectEntry(key: transform($0.key), value: transform($0.value)) })
        case .arrayComprehension(let head, let body):
            let (newBody, heads) = bodies(body, [head])
            result.kind = .arrayComprehension(heads[0], newBody)
        case .setComprehension(let head, let body):
            let (newBody, heads) = bodies(body, [head])
            result.kind = .setComprehension(heads[0], newBody)
        case .objectComprehension(let key, let value, let body):
            let (newBody, heads) = bodies(body, [key, value])
            result.kind = .objectComprehension(key: heads[0], value: heads[1], newBody)
        case .call(var call):
            call.arguments = call.arguments.map(transform)
            result.kind = .call(call)
        case .templateString(var template):
            template.parts = template.parts.map { part in if case .term(let term) = part { .term(transform(term)) } else { part } }
            result.kind = .templateString(template)
        }
        return result
    }

    /// Calls `visit` for this term and everything in it; where `visit` says no, its parts are skipped. Bodies of comprehensions go to `closure`.
    package func walk(_ visit: (Term) -> Bool, closure: (_ heads: [Term], _ body: Body) -> Void) {
        guard visit(self) else { return }
        switch kind {
        case .null, .boolean, .number, .string, .variable: break
        case .ref(let ref):
            ref.head.walk(visit, closure: closure)
            for term in ref.path { term.walk(visit, closure: closure) }
        case .array(let terms), .set(let terms): for term in terms { term.walk(visit, closure: closure) }
        case .object(let entries):
            for entry in entries {
                entry.key.walk(visit, closure: closure)
                entry.value.walk(visit, closure: closure)
            }
        case .arrayComprehension(let head, let body), .setComprehension(let head, let body): closure([head], body)
        case .objectComprehension(let key, let value, let body): closure([key, value], body)
        case .call(let call): for term in call.arguments { term.walk(visit, closure: closure) }
        case .templateString(let template): for case .term(let term) in template.parts { term.walk(visit, closure: closure) }
        }
    }
}

extension Term {
    /// Whether a comprehension is in the term.
    var hasClosure: Bool {
        switch kind {
        case .null, .boolean, .number, .string, .variable: false
        case .arrayComprehension, .setComprehension, .objectComprehension: true
        case .ref(let ref): ref.head.hasClosure || ref.path.contains(where: \.hasClosure)
        case .array(let terms), .set(let terms): terms.contains(where: \.hasClosure)
        case .object(let entries): entries.contains { $0.key.hasClosure || $0.value.hasClosure }
        case .call(let call): call.arguments.contains(where: \.hasClosure)
        case .templateString(let template): template.parts.contains { if case .term(let term) = $0 { term.hasClosure } else { false } }
        }
    }
}

extension Expression {
    /// Whether a comprehension is in the literal, or it is an `every`.
    var hasClosure: Bool {
        switch kind {
        case .every: return true
        case .term(let term): if term.hasClosure { return true }
        case .some: break
        case .someIn(let key, let value, let domain): if domain.hasClosure || value.hasClosure || key?.hasClosure ?? false { return true }
        }
        return withModifiers.contains { $0.target.hasClosure || $0.value.hasClosure }
    }
}

extension Expression {
    /// The terms of the literal, those of `with` included; the body of `every` is not among them.
    package var terms: [Term] {
        var terms: [Term]
        switch kind {
        case .term(let term): terms = [term]
        case .some(let names): terms = names
        case .someIn(let key, let value, let domain): terms = [key, value, domain].compactMap(\.self)
        case .every(let every): terms = [every.domain]
        }
        for modifier in withModifiers where modifier.replacement == nil { terms.append(modifier.value) }
        return terms
    }

    /// Calls `visit` for every term, those in nested bodies included.
    package func walkDeep(_ visit: (Term) -> Void) {
        for term in terms { term.walkDeep(visit) }
        if case .every(let every) = kind {
            if let key = every.key { key.walkDeep(visit) }
            every.value.walkDeep(visit)
            for expression in every.body { expression.walkDeep(visit) }
        }
        for modifier in withModifiers { modifier.target.walkDeep(visit) }
    }
}

extension Term {
    /// Calls `visit` for this term and every term in it, closures included.
    package func walkDeep(_ visit: (Term) -> Void) {
        walk({
            visit($0)
            return true
        }, closure: { heads, body in
            for head in heads { head.walkDeep(visit) }
            for expression in body { expression.walkDeep(visit) }
        })
    }
}

extension Expression {
    /// The literal with every term of it replaced; the bodies of `every` are left to `body`.
    func mapTerms(_ transform: (Term) -> Term, body: (Body) -> Body) -> Expression {
        var result = self
        switch kind {
        case .term(let term): result.kind = .term(transform(term))
        case .some(let names): result.kind = .some(names.map(transform))
        case .someIn(let key, let value, let domain): result.kind = .someIn(key: key.map(transform), value: transform(value), domain: transform(domain))
        case .every(let every):
            result.kind = .every(Every(key: every.key.map(transform), value: transform(every.value), domain: transform(every.domain), body: body(every.body)))
        }
        for position in result.withModifiers.indices {
            result.withModifiers[position].target = transform(result.withModifiers[position].target)
            result.withModifiers[position].value = transform(result.withModifiers[position].value)
        }
        return result
    }
}

extension Term {
    /// The term with its variables renamed, those in closures and the names of called functions included.
    func renaming(_ names: [String: String]) -> Term {
        switch kind {
        case .variable(let name):
            guard let other = names[name] else { return self }
            return Term(.variable(other), at: location)
        default:
            var result = mapParts({ $0.renaming(names) }, bodies: { body, heads in (body.renaming(names), heads.map { $0.renaming(names) }) })
            if case .call(var call) = result.kind, let other = names[call.function[0]] {
                call.function[0] = other
                result.kind = .call(call)
            }
            return result
        }
    }
}

extension [Expression] {
    func renaming(_ names: [String: String]) -> Body {
        map { $0.mapTerms({ $0.renaming(names) }, body: { $0.renaming(names) }) }
    }
}
