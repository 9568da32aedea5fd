/// Rules and locals named `input` or `data`, which v1 and strict mode refuse.
enum RootDocumentChecks {
    static func check(_ rules: [Rule]) -> [Diagnostic] {
        var diagnostics: [Diagnostic] = []
        for rule in rules where !VariableCollection.isVariable(rule.head.name) {
            diagnostics.append(Diagnostic(.compile, "rules must not shadow \(rule.head.name) (use a different rule name)", at: rule.location))
        }
        for rule in rules { diagnostics += assignments(in: rule) }
        return diagnostics
    }

    private static func assignments(in rule: Rule) -> [Diagnostic] {
        let heads = (rule.head.arguments ?? []) + [rule.head.key, rule.head.value].compactMap(\.self)
        return heads.flatMap { check($0) } + check(rule.body) + rule.elseRule.flatMap { assignments(in: $0) }
    }

    static func check(_ body: Body) -> [Diagnostic] { body.flatMap { check($0) } }

    private static func check(_ expression: Expression) -> [Diagnostic] {
        var diagnostics: [Diagnostic] = []
        if case .term(let term) = expression.kind, case .call(let call) = term.kind, call.function == ["assign"],
            case .variable(let name)? = call.arguments.first?.kind, !VariableCollection.isVariable(name)
        {
            diagnostics.append(Diagnostic(.compile, "variables must not shadow \(name) (use a different variable name)", at: expression.location))
        }
        for term in expression.terms { diagnostics += check(term) }
        if case .every(let every) = expression.kind { diagnostics += check(every.body) }
        return diagnostics
    }

    private static func check(_ term: Term) -> [Diagnostic] {
        var diagnostics: [Diagnostic] = []
        term.walk({ _ in true }, closure: { heads, body in
            for head in heads { diagnostics += check(head) }
            diagnostics += check(body)
        })
        return diagnostics
    }
}
