/// Calls of built-ins that v1 and strict mode refuse.
enum DeprecatedBuiltins {
    /// Checks flat bodies.
    static func check(_ rule: CompiledRule, registry: BuiltinRegistry) -> [Diagnostic] {
        ([rule] + rule.elseBranches).flatMap { check($0.body, registry: registry) }
    }

    static func check(_ body: Body, registry: BuiltinRegistry) -> [Diagnostic] {
        RefusedCalls(adjective: "deprecated") { registry[$0]?.isDeprecated == true }.check(body)
    }
}

/// Calls that must not be there, by the function's name.
struct RefusedCalls {
    /// What the message calls them.
    let adjective: String
    let isRefused: (String) -> Bool

    /// Checks a flat body with everything in it.
    func check(_ body: Body) -> [Diagnostic] {
        body.flatMap { expression in
            var found: [Diagnostic] = []
            if case .term(let term) = expression.kind, case .call(let call) = term.kind, isRefused(call.name) {
                found.append(Diagnostic(.type, "\(adjective) built-in function calls in expression: \(call.name)", at: expression.location))
            }
            for term in expression.terms { term.walk({ _ in true }, closure: { _, body in found += check(body) }) }
            if case .every(let every) = expression.kind { found += check(every.body) }
            return found
        }
    }
}
