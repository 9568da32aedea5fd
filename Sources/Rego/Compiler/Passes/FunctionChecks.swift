/// How many arguments each function takes.
struct FunctionArities {
    private var arities: [[String]: Int] = [:]
    private let registry: BuiltinRegistry

    init(policies: CompiledPolicies, registry: BuiltinRegistry) {
        self.registry = registry
        for rule in policies.rules { if let arguments = rule.arguments { arities[rule.path] = arguments.count } }
    }

    subscript(function: [String]) -> Int? {
        if function.first == "data" { return arities[Array(function.dropFirst())] }
        return registry[function.joined(separator: ".")]?.arity
    }
}

/// Calls of what is neither a function of a policy nor a built-in.
enum UndefinedFunctions {
    static func check(_ policies: CompiledPolicies, functions: FunctionArities) -> [Diagnostic] {
        policies.rules.flatMap { rule in
            ([rule] + rule.elseBranches).flatMap { branch in
                let heads = branch.dynamicPath + [branch.key, branch.value].compactMap(\.self)
                return check(branch.body, functions: functions) + heads.flatMap { check($0, functions) }
            }
        }
    }

    static func check(_ body: Body, functions: FunctionArities) -> [Diagnostic] {
        var found: [Diagnostic] = []
        for expression in body { expression.walkDeep { found += unknown($0, functions) } }
        return found
    }

    private static func check(_ term: Term, _ functions: FunctionArities) -> [Diagnostic] {
        var found: [Diagnostic] = []
        term.walkDeep { found += unknown($0, functions) }
        return found
    }

    private static func unknown(_ term: Term, _ functions: FunctionArities) -> [Diagnostic] {
        guard case .call(let call) = term.kind, functions[call.function] == nil, call.function != ["eq"] else { return [] }
        return [Diagnostic(.type, "undefined function \(call.name)", at: term.location)]
    }
}

/// Calls with the wrong number of arguments.
enum ArityChecks {
    static func check(_ policies: CompiledPolicies, functions: FunctionArities, registry: BuiltinRegistry) -> [Diagnostic] {
        policies.rules.flatMap { rule in
            ([rule] + rule.elseBranches).flatMap { branch in
                var found = check(branch.body, functions: functions, registry: registry)
                for head in branch.dynamicPath + [branch.key, branch.value].compactMap(\.self) {
                    head.walkDeep { found += wrong($0, functions, registry) }
                }
                return found
            }
        }
    }

    static func check(_ body: Body, functions: FunctionArities, registry: BuiltinRegistry) -> [Diagnostic] {
        var found: [Diagnostic] = []
        for expression in body {
            expression.walkDeep { found += wrong($0, functions, registry) }
        }
        return found
    }

    private static func wrong(_ term: Term, _ functions: FunctionArities, _ registry: BuiltinRegistry) -> [Diagnostic] {
        guard case .call(let call) = term.kind, let arity = functions[call.function] else { return [] }
        if registry[call.name]?.isVariadic == true { return [] }
        let count = call.arguments.count
        if count == arity || count == arity + 1 { return [] }
        if call.function.first == "data" {
            return [Diagnostic(.type, "function \(call.name) has arity \(arity), got \(count) argument\(count == 1 ? "" : "s")", at: term.location)]
        }
        return [Diagnostic(.type, "\(call.name): arity mismatch", at: term.location)]
    }
}
