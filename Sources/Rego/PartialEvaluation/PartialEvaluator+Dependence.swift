extension PartialEvaluator {
    // Evaluation goes on as usual where nothing unknown can come in, so that such parts leave nothing over.

    /// Whether a term may depend on what is unknown.
    @_optimize(none) func isUnknown(_ term: PartialTerm, _ bindings: Bindings) -> Bool {
        var found = false
        term.walk { visit($0, bindings, &found) }
        return found
    }

    /// Whether a literal may depend on what is unknown.
    @_optimize(none) func isUnknown(_ expression: PartialExpression, _ bindings: Bindings) -> Bool {
        var found = false
        expression.walk { visit($0, bindings, &found) }
        return found
    }

    /// Variables count only at the place that asks: inside a rule they are others. There `bindings` is nil.
    @_optimize(none) private func visit(_ node: PartialNode, _ bindings: Bindings?, _ found: inout Bool) -> Bool {
        if found { return false }
        switch node {
        case .expression(let expression): found = !expression.modifiers.isEmpty || mayDiffer(expression)
        case .term(.variable): if let bindings, case .term(let term) = node { found = unknown.containsAny(in: term, bindings) }
        case .term(.ref(let parts)): found = isUnknown(parts, bindings)
        case .term: break
        }
        return !found
    }

    @_optimize(none) private func isUnknown(_ reference: [PartialTerm], _ bindings: Bindings?) -> Bool {
        if unknown.contains(.ref(reference), bindings) { return true }
        if inlining.isDisabled(reference.prefix { $0.known != nil || $0.isRoot }, ignoringInternal: true) { return true }
        guard reference.first == .variable("data") else { return false }
        return rules.referred(by: reference).contains { dependsOnUnknown($0) }
    }

    /// Whether a rule, or one that it asks for, depends on what is unknown.
    @_optimize(none) private func dependsOnUnknown(_ position: Int) -> Bool {
        if let known = dependence[position] { return known }
        dependence[position] = false
        var found = false
        rules[position].walk { visit($0, nil, &found) }
        dependence[position] = found
        return found
    }

    /// A call of a built-in whose result is to be found out when the rest is evaluated.
    @_optimize(none) private func mayDiffer(_ expression: PartialExpression) -> Bool {
        guard case .call(let call) = expression.kind, let builtin = builtins.registry[call.function.joined(separator: ".")] else { return false }
        return builtin.isNondeterministic && !inlining.callsNondeterministicBuiltins
    }
}

extension PartialTerm {
    var isRoot: Bool { self == .variable("data") || self == .variable("input") }
}
