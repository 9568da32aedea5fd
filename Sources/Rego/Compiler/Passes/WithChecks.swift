/// What `with` may replace: input, base documents, whole rules, and functions by functions.
struct WithChecks {
    let tree: RuleTree
    let registry: BuiltinRegistry

    func check(_ rule: CompiledRule) -> [Diagnostic] {
        ([rule] + rule.elseBranches).flatMap { branch in
            let heads = branch.dynamicPath + [branch.key, branch.value].compactMap(\.self)
            return heads.flatMap { closures(of: $0) } + check(branch.body)
        }
    }

    /// At most one error for each body.
    func check(_ body: Body) -> [Diagnostic] {
        for expression in body {
            for modifier in expression.withModifiers { if let problem = problem(with: modifier) { return [problem] } }
        }
        return body.flatMap { expression in
            let nested: Body = if case .every(let every) = expression.kind { every.body } else { [] }
            return expression.terms.flatMap { closures(of: $0) } + check(nested)
        }
    }

    private func closures(of term: Term) -> [Diagnostic] {
        var found: [Diagnostic] = []
        term.walk({ _ in true }, closure: { heads, body in
            found += check(body)
            for head in heads { found += closures(of: head) }
        })
        return found
    }

    private func problem(with modifier: WithModifier) -> Diagnostic? {
        let target = modifier.target
        guard case .variable(let head) = target.referenceHead?.kind else { return noTarget(target) }
        switch head {
        case "input": return nil
        case "data": return partialReplacement(target)
        default:
            guard let name = builtinName(target), let builtin = registry[name] else { return noTarget(target) }
            return problem(with: builtin, target)
        }
    }

    private func noTarget(_ target: Term) -> Diagnostic {
        Diagnostic(.type, "with keyword target must reference existing input, data, or a function", at: target.location)
    }

    /// A target below a rule would replace a part of its value.
    private func partialReplacement(_ target: Term) -> Diagnostic? {
        var node = 0
        for key in target.referencePath.dropLast() {
            guard let constant = PlanScope.constantValue(of: key), let child = tree.nodes[node].children[constant] else { return nil }
            if !tree.nodes[child].rules.isEmpty { return Diagnostic(.compile, "with keyword cannot partially replace virtual document(s)", at: target.location) }
            node = child
        }
        return nil
    }

    private func builtinName(_ term: Term) -> String? { PlanScope.segments(of: term).map { $0.joined(separator: ".") } }

    private func problem(with builtin: Builtin, _ target: Term) -> Diagnostic? {
        let reason: String
        if ["eq", "rego.metadata.chain", "rego.metadata.rule"].contains(builtin.name) {
            reason = "replacement of \(builtin.name.quotedForRego) invalid"
        } else if builtin.name.hasPrefix("internal.") {
            reason = "replacement of internal function \(builtin.name.quotedForRego) invalid"
        } else if builtin.isRelation {
            reason = "target must not be a relation"
        } else if builtin.isVoid {
            reason = "target must not be a void function"
        } else {
            return nil
        }
        return Diagnostic(.compile, "with keyword replacing built-in function: \(reason)", at: target.location)
    }

    /// Whether the value is a function's name, which stands for the function and not for a value.
    func isFunctionValue(_ modifier: WithModifier) -> Bool {
        if modifier.replacement != nil { return true }
        guard let value = PlanScope.segments(of: modifier.value), value[0] != "input" else { return false }
        let isRule = value[0] == "data" && tree.find(value.dropFirst().map { .string($0) }) != nil
        let isBuiltin = registry[value.joined(separator: ".")] != nil
        guard let target = PlanScope.segments(of: modifier.target) else { return false }
        if target[0] == "data" {
            let rules = tree.rules(at: Array(target.dropFirst()))
            if rules.contains(where: { $0.arguments != nil }), isRule || isBuiltin { return true }
            return value[0] == "data" && tree.rules(at: Array(value.dropFirst())).contains { $0.arguments != nil }
        }
        return target[0] != "input" && (isRule || isBuiltin)
    }
}

extension Term {
    /// The first part of a reference; of a variable, itself.
    var referenceHead: Term? {
        switch kind {
        case .ref(let ref): ref.head
        case .variable: self
        default: nil
        }
    }

    var referencePath: [Term] { if case .ref(let ref) = kind { ref.path } else { [] } }
}
