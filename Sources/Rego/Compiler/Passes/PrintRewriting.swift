/// Gives `print` its meaning: each operand becomes the set of its values, empty where it is undefined, so that printing never fails.
enum PrintRewriting {
    static func rewrite(_ policies: inout CompiledPolicies, keeps: Bool) {
        for position in policies.rules.indices { rewrite(&policies.rules[position], keeps) }
    }

    private static func rewrite(_ rule: inout CompiledRule, _ keeps: Bool) {
        rule.body = rewritten(rule.body, keeps: keeps)
        rule.key = rule.key.map { term($0, keeps) }
        rule.value = rule.value.map { term($0, keeps) }
        for position in rule.elseBranches.indices { rewrite(&rule.elseBranches[position], keeps) }
    }

    static func rewritten(_ body: Body, keeps: Bool) -> Body {
        var result: Body = []
        for expression in body {
            var expression = expression
            switch expression.kind {
            case .term(let whole):
                if case .call(var call) = whole.kind, call.function == ["print"] {
                    guard keeps else { continue }
                    let sets = call.arguments.map { Term(.setComprehension($0, [Expression(.term(Term(.boolean(true), at: $0.location)), at: $0.location)]), at: $0.location) }
                    call.function = ["internal.print"]
                    call.arguments = [Term(.array(sets), at: whole.location)]
                    expression.kind = .term(Term(.call(call), at: whole.location))
                } else {
                    expression.kind = .term(term(whole, keeps))
                }
            case .every(var every):
                every.domain = term(every.domain, keeps)
                every.body = rewritten(every.body, keeps: keeps)
                expression.kind = .every(every)
            case .some, .someIn: break
            }
            result.append(expression)
        }
        return result
    }

    private static func term(_ term: Term, _ keeps: Bool) -> Term {
        term.mapParts({ self.term($0, keeps) }, bodies: { body, heads in (rewritten(body, keeps: keeps), heads.map { self.term($0, keeps) }) })
    }
}
