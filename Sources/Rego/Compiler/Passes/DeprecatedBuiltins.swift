/// Calls of built-ins that v1 and strict mode refuse.
enum DeprecatedBuiltins {
    /// Checks flat bodies.
    static func check(_ rule: CompiledRule, registry: BuiltinRegistry) -> [Diagnostic] {
        ([rule] + rule.elseBranches).flatMap { check($0.body, registry: registry) }
    }

    static func check(_ body: Body, registry: BuiltinRegistry) -> [Diagnostic] {
        body.flatMap { expression in
            var found: [Diagnostic] = []
            if case .term(let term) = expression.kind, case .call(let call) = term.kind, registry[call.name]?.isDeprecated == true {
                found.append(Diagnostic(.type, "deprecated built-in function calls in expression: \(call.name)", at: expression.location))
            }
            for term in expression.terms { term.walk({ _ in true }, closure: { _, body in found += check(body, registry: registry) }) }
            if case .every(let every) = expression.kind { found += check(every.body, registry: registry) }
            return found
        }
    }
}
