/// Variables in `print` and in template strings that nothing binds. Both stand for undefined values too, so that safety would not find them.
struct UndeclaredVariables {
    let outputs: OutputVariables
    let registry: BuiltinRegistry
    let localNames: [String: String]

    // MARK: Template strings

    func templateStrings(in rule: CompiledRule) -> [Diagnostic] {
        var diagnostics: [Diagnostic] = []
        for branch in [rule] + rule.elseBranches {
            let arguments = branch.arguments?.reduce(into: Set<String>()) { $0.formUnion($1.variables()) } ?? []
            let safe = check(branch.body, around: arguments, &diagnostics)
            for term in (branch.arguments ?? []) + [branch.key, branch.value].compactMap(\.self) { check(term, safe: safe, &diagnostics) }
        }
        return diagnostics
    }

    func templateStrings(in query: Body) -> [Diagnostic] {
        var diagnostics: [Diagnostic] = []
        _ = check(query, around: [], &diagnostics)
        return diagnostics
    }

    private func check(_ body: Body, around outer: Set<String>, _ diagnostics: inout [Diagnostic]) -> Set<String> {
        let safe = outputs.of(body, safe: outer).union(outer)
        for expression in body {
            for term in expression.terms { check(term, safe: safe, &diagnostics) }
            if case .every(let every) = expression.kind {
                let declared = every.value.variables().union(every.key?.variables() ?? [])
                _ = check(every.body, around: safe.union(declared), &diagnostics)
            }
        }
        return safe
    }

    private func check(_ term: Term, safe: Set<String>, _ diagnostics: inout [Diagnostic]) {
        var found: [Diagnostic] = []
        term.walk({ part in
            if case .templateString(let template) = part.kind {
                for case .term(let embedded) in template.parts { found += problems(with: embedded, safe: safe) }
            }
            return true
        }, closure: { heads, body in
            let inner = check(body, around: safe, &found)
            for head in heads { check(head, safe: inner, &found) }
        })
        diagnostics += found
    }

    private func problems(with term: Term, safe: Set<String>) -> [Diagnostic] {
        // Safety is enough for what is never undefined.
        if term.isAlwaysDefinedInTemplate { return [] }
        if case .call(let call) = term.kind, registry[call.name]?.isRelation == true {
            return [Diagnostic(.compile, "illegal call to relation built-in '\(call.name)' that may cause multiple outputs", at: term.location)]
        }
        return term.variables(.safety).subtracting(safe).sorted().map { name in
            Diagnostic(.compile, "var \(shown(localNames[name] ?? name)) is undeclared", at: term.location)
        }
    }

    private func shown(_ name: String) -> String { name.hasPrefix("$") ? "_" : name }

    // MARK: print

    func prints(in rule: CompiledRule) -> [Diagnostic] {
        ([rule] + rule.elseBranches).flatMap { branch in
            let arguments = branch.arguments?.reduce(into: Set<String>()) { $0.formUnion($1.variables()) } ?? []
            let heads = [branch.key, branch.value].compactMap(\.self).flatMap { printsInClosures(of: $0, safe: arguments) }
            return heads + prints(in: branch.body, around: arguments)
        }
    }

    func prints(in body: Body, around outer: Set<String> = []) -> [Diagnostic] {
        for (position, expression) in body.enumerated() {
            let closures = printsInClosures(of: expression, safe: outputs.of(Array(body[..<position]), safe: outer).union(outer))
            if !closures.isEmpty { return closures }
        }
        for (position, expression) in body.enumerated() {
            guard case .term(let term) = expression.kind, case .call(let call) = term.kind, call.function == ["print"] else { continue }
            let before = Array(body[..<position])
            let generated = before.variables().filter(LocalNames.isGenerated)
            let safe = outputs.of(before, safe: outer).union(outer).union(generated)
            let problems = call.arguments.flatMap { argument in
                argument.variables(.safety).subtracting(safe).sorted().map { Diagnostic(.compile, "var \(shown(localNames[$0] ?? $0)) is undeclared", at: argument.location) }
            }
            if !problems.isEmpty { return problems }
        }
        return []
    }

    private func printsInClosures(of expression: Expression, safe: Set<String>) -> [Diagnostic] {
        if case .every(let every) = expression.kind {
            let declared = every.value.variables().union(every.key?.variables() ?? [])
            return prints(in: every.body, around: safe.union(declared))
        }
        return expression.terms.flatMap { printsInClosures(of: $0, safe: safe) }
    }

    private func printsInClosures(of term: Term, safe: Set<String>) -> [Diagnostic] {
        var found: [Diagnostic] = []
        term.walk({ _ in true }, closure: { _, body in found += prints(in: body, around: safe) })
        return found
    }
}

/// Calls without a value, such as `print`, where a value is needed.
enum VoidCalls {
    static func check(_ rule: CompiledRule, registry: BuiltinRegistry) -> [Diagnostic] {
        ([rule] + rule.elseBranches).flatMap { branch in
            let heads = (branch.arguments ?? []) + [branch.key, branch.value].compactMap(\.self)
            return heads.flatMap { check($0, registry) } + check(branch.body, registry: registry)
        }
    }

    static func check(_ body: Body, registry: BuiltinRegistry) -> [Diagnostic] {
        body.flatMap { expression in
            var found: [Diagnostic] = []
            if case .term(let term) = expression.kind, case .call(let call) = term.kind {
                // A call that is a literal of its own needs no value.
                for argument in call.arguments { found += check(argument, registry) }
                for modifier in expression.withModifiers { found += check(modifier.value, registry) }
            } else {
                for term in expression.terms { found += check(term, registry) }
            }
            if case .every(let every) = expression.kind { found += check(every.body, registry: registry) }
            return found
        }
    }

    private static func check(_ term: Term, _ registry: BuiltinRegistry) -> [Diagnostic] {
        var found: [Diagnostic] = []
        term.walk({ part in
            if case .call(let call) = part.kind, registry[call.name]?.isVoid == true { found.append(Diagnostic(.type, "\(call) used as value", at: part.location)) }
            return true
        }, closure: { heads, body in
            for head in heads { found += check(head, registry) }
            found += check(body, registry: registry)
        })
        return found
    }
}
