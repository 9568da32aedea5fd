/// Takes calls that are operands out of negated literals: `not f(g(x))` becomes `y = g(x); not f(y)`.
///
/// So OPA reads them: only the outermost call is negated, and where an operand is undefined the body fails. The values of `with` are
/// taken out likewise.
enum NegationRewriting {
    static func rewritten(_ rule: CompiledRule) -> CompiledRule {
        var result = rule, counter = 0
        rewrite(&result, &counter)
        for branch in result.elseBranches.indices { rewrite(&result.elseBranches[branch], &counter) }
        return result
    }

    private static func rewrite(_ rule: inout CompiledRule, _ counter: inout Int) {
        rule.body = rewritten(rule.body, &counter)
        rule.dynamicPath = rule.dynamicPath.map { closures($0, &counter) }
        rule.key = rule.key.map { closures($0, &counter) }
        rule.value = rule.value.map { closures($0, &counter) }
    }

    static func rewritten(_ body: Body) -> Body {
        var counter = 0
        return rewritten(body, &counter)
    }

    private static func rewritten(_ body: Body, _ counter: inout Int) -> Body {
        var result: Body = []
        for expression in body {
            var expression = expression
            switch expression.kind {
            case .some: break
            case .someIn(let key, let value, let domain): expression.kind = .someIn(key: key, value: value, domain: closures(domain, &counter))
            case .every(var every):
                every.domain = closures(every.domain, &counter)
                every.body = rewritten(every.body, &counter)
                expression.kind = .every(every)
            case .term(let term): expression.kind = .term(closures(term, &counter))
            }
            if expression.isNegated { result += operands(of: &expression, &counter) }
            result.append(expression)
        }
        return result
    }

    /// Rewrites the bodies inside a term.
    private static func closures(_ term: Term, _ counter: inout Int) -> Term {
        guard term.hasClosure else { return term }
        // A closure cannot capture `counter` itself.
        var count = counter
        let result = term.mapParts({ closures($0, &count) }, bodies: { body, heads in (rewritten(body, &count), heads.map { closures($0, &count) }) })
        counter = count
        return result
    }

    /// Replaces the calls that are operands of a negated literal by variables; gives the literals that bind these.
    private static func operands(of expression: inout Expression, _ counter: inout Int) -> Body {
        guard case .term(let term) = expression.kind else { return [] }
        var taken: Body = []
        var modifiers = expression.withModifiers
        for position in modifiers.indices where modifiers[position].replacement == nil {
            modifiers[position].value = take(modifiers[position].value, expression, modifiers: [], &counter, &taken)
        }
        expression.withModifiers = modifiers
        if case .call(var call) = term.kind {
            call.arguments = call.arguments.map { take($0, expression, modifiers: modifiers, &counter, &taken) }
            expression.kind = .term(Term(.call(call), at: term.location))
        } else {
            expression.kind = .term(parts(of: term, expression, modifiers: modifiers, &counter, &taken))
        }
        return taken
    }

    /// A variable in place of a call, which is appended to `taken`.
    private static func take(_ term: Term, _ expression: Expression, modifiers: [WithModifier], _ counter: inout Int, _ taken: inout Body) -> Term {
        let inner = parts(of: term, expression, modifiers: modifiers, &counter, &taken)
        guard case .call = inner.kind else { return inner }
        counter += 1
        let variable = Term(.variable("$operand_of_not\(counter)"), at: term.location)
        let equation = Call(function: ["eq"], functionLocation: term.location, arguments: [variable, inner], isInfix: true)
        var literal = Expression(.term(Term(.call(equation), at: term.location)), withModifiers: modifiers, at: expression.location)
        literal.isGenerated = true
        taken.append(literal)
        return variable
    }

    private static func parts(of term: Term, _ expression: Expression, modifiers: [WithModifier], _ counter: inout Int, _ taken: inout Body) -> Term {
        // What a template string interpolates may be undefined, so it stays inside.
        if case .templateString = term.kind { return term }
        var count = counter
        var found = taken
        let result = term.mapParts({ take($0, expression, modifiers: modifiers, &count, &found) }, bodies: { ($0, $1) })
        counter = count
        taken = found
        return result
    }
}
