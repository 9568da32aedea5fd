/// How many arguments each function takes.
struct FunctionArities: Sendable {
    private let tree: RuleTree
    private let registry: BuiltinRegistry

    init(tree: RuleTree, registry: BuiltinRegistry) {
        self.tree = tree
        self.registry = registry
    }

    /// Nil for what is neither a built-in nor a rule; a rule without arguments takes none.
    subscript(function: [String]) -> Int? {
        // The operators `=` and `:=` are calls too, of what no registry has.
        if function.count == 1, function[0] == "eq" || function[0] == "assign" { return 2 }
        guard function[0] == "data" else { return registry[function.count == 1 ? function[0] : function.joined(separator: ".")]?.arity }
        return tree.rules(at: Array(function.dropFirst())).first.map { $0.arguments?.count ?? 0 }
    }
}

/// Calls of what is no function, and calls with the wrong number of arguments.
struct FunctionChecks {
    let arities: FunctionArities
    let registry: BuiltinRegistry
    let localNames: [String: String]

    /// Checks flat bodies.
    func check(_ rule: CompiledRule) -> [Diagnostic] {
        ([rule] + rule.elseBranches).flatMap { check($0.body) }
    }

    func check(_ body: Body) -> [Diagnostic] {
        body.flatMap { check($0) }
    }

    private func check(_ expression: Expression) -> [Diagnostic] {
        if case .term(let term) = expression.kind, case .call(let call) = term.kind, let problem = problem(with: call, expression) { return [problem] }
        var found: [Diagnostic] = []
        for term in expression.terms { term.walk({ _ in true }, closure: { _, body in found += check(body) }) }
        if case .every(let every) = expression.kind { found += check(every.body) }
        return found
    }

    private func problem(with call: Call, _ expression: Expression) -> Diagnostic? {
        if registry[call.name]?.isVariadic == true { return nil }
        let count = call.arguments.count
        guard let arity = arities[call.function] else {
            return Diagnostic(.type, "undefined function \(name(of: call))", at: expression.location)
        }
        if expression.isGenerated {
            // The last argument takes the value.
            if call.function == ["eq"] || count == arity + 1 { return nil }
            return mismatch(call, expression, arity: arity, count: count - 1)
        }
        return count == arity || count == arity + 1 ? nil : mismatch(call, expression, arity: arity, count: count)
    }

    private func name(of call: Call) -> String {
        if let term = call.operatorTerm.first { return term.renaming(localNames).description }
        var original = call
        original.function[0] = localNames[call.function[0]] ?? call.function[0]
        return original.name
    }

    private func mismatch(_ call: Call, _ expression: Expression, arity: Int, count: Int) -> Diagnostic {
        if let builtin = registry[call.name] {
            let have = call.arguments.map { Self.knownType(of: $0)?.description ?? RegoType.unknownText }
            let details = ["have: (\(have.joined(separator: ", ")))", "want: \(builtin.signatureText(includesResult: false))"]
            return Diagnostic(.type, "\(call.name): arity mismatch", at: expression.location, details: details)
        }
        return Diagnostic(.type, "function \(name(of: call)) has arity \(arity), got \(count) argument\(count == 1 ? "" : "s")", at: expression.location)
    }

    /// What is known of a term's type without looking at anything else.
    private static func knownType(of term: Term) -> RegoType? {
        TypeEnvironment(builtins: .standard).type(of: term)
    }
}
