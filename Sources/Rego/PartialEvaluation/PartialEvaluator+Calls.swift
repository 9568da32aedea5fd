extension PartialEvaluator {
    /// Evaluates a call of a function or built-in, with or without a place for its value.
    @_optimize(none) func call(_ call: PartialCall, _ frame: Frame, _ next: @escaping Continuation) throws {
        if let replacement = overrides.functions[call.function] {
            return try self.replaced(call, replacement, frame, next)
        }
        if call.function.first == "data" {
            guard let group = rules.function(call.function) else { return }
            return try function(call, group, frame, next)
        }
        guard let builtin = builtins.registry[call.function.joined(separator: ".")] else {
            throw EvaluationError(.internal, "there is no built-in \(call.function.joined(separator: "."))")
        }
        if isUnknown(frame.expression, frame.bindings) { return try saveCall(call, arity: builtin.arity, frame, next) }
        try self.builtin(builtin, call, frame, next)
    }

    /// Inside the replacement the function itself is not replaced.
    @_optimize(none) private func replaced(_ call: PartialCall, _ replacement: Overrides.Replacement, _ frame: Frame, _ next: @escaping Continuation) throws {
        let outer = overrides
        func outside() throws {
            let inner = overrides
            overrides = outer
            defer { overrides = inner }
            try next()
        }
        switch replacement {
        case .function(let name):
            overrides.functions = [:]
            defer { overrides = outer }
            try self.call(PartialCall(function: name, arguments: call.arguments), frame, outside)
        case .value(let value):
            let arity = rules.arities[call.function] ?? call.arguments.count
            if call.arguments.count > arity {
                try unify(call.arguments[arity], frame.bindings, value, frame.bindings, frame, next)
            } else if frame.bindings.plug(value) != .value(false) {
                try next()
            }
        }
    }

    // MARK: Built-ins

    @_optimize(none) private func builtin(_ builtin: Builtin, _ call: PartialCall, _ frame: Frame, _ next: @escaping Continuation) throws {
        let arity = builtin.isVariadic ? call.arguments.count : builtin.arity
        let operands = call.arguments.prefix(arity).compactMap { frame.bindings.plug($0).known }
        guard operands.count == min(arity, call.arguments.count) else { return try saveCall(call, arity: arity, frame, next) }
        for result in try builtins.call(builtin, operands) {
            if builtin.isVoid {
                try next()
            } else if call.arguments.count > arity {
                try unify(call.arguments[arity], frame.bindings, .value(result), frame.bindings, frame, next)
            } else if result != .boolean(false) {
                try next()
            }
        }
    }

    // MARK: Functions

    @_optimize(none) private func function(_ call: PartialCall, _ group: PartialRules.Group, _ frame: Frame, _ next: @escaping Continuation) throws {
        guard let first = group.rules.first ?? group.defaultRule else { return }
        let arity = rules[first].arguments?.count ?? 0
        if group.hasElse, isUnknown(frame.expression, frame.bindings) { return try saveCall(call, arity: arity, frame, next) }
        if needsSupport(call, group, arity) {
            let isUnknown = isUnknown(.ref(call.reference ?? []), frame.bindings) || call.arguments.prefix(arity).contains { self.isUnknown($0, frame.bindings) }
            if isUnknown { return try supported(call, group, arity, frame, next) }
        }
        var isDefined = false
        let any: Continuation = {
            isDefined = true
            try next()
        }
        for position in group.rules {
            for rule in [rules[position]] + rules[position].elseBranches {
                if try apply(rule, call, arity, frame, any) { break }
            }
        }
        if !isDefined, let rule = group.defaultRule { _ = try apply(rules[rule], call, arity, frame, next) }
    }

    /// A default value may be what is asked for; where it is false and nobody takes the value, it is not.
    @_optimize(none) private func needsSupport(_ call: PartialCall, _ group: PartialRules.Group, _ arity: Int) -> Bool {
        if let rule = group.defaultRule, call.arguments.count > arity || rules[rule].result != .value(false) { return true }
        return inlining.isShallow || inlining.isDisabled(call.reference ?? [], ignoringInternal: false)
    }

    /// Gives whether the rule holds for the arguments.
    @_optimize(none) private func apply(_ rule: PartialRule, _ call: PartialCall, _ arity: Int, _ frame: Frame, _ next: @escaping Continuation) throws -> Bool {
        let inner = try enter(rule.body)
        var holds = false
        var pairs = Array(zip(call.arguments, rule.arguments ?? []))
        if call.arguments.count > arity { pairs.append((call.arguments[arity], rule.result)) }
        try unifyArguments(pairs[...], frame, inner) { [self] in
            try evaluate(inner) { [self] in
                holds = true
                guard call.arguments.count == arity else { return try next() }
                if unknown.contains(inner.bindings.apply(rule.result).term, inner.bindings.apply(rule.result).bindings) {
                    return try save(PartialExpression(.term(rule.result)).inPlace(of: frame.expression), inner.bindings, next)
                }
                if inner.bindings.plug(rule.result) != .value(false) { try next() }
            }
        }
        return holds
    }

    @_optimize(none) private func unifyArguments(_ pairs: ArraySlice<(PartialTerm, PartialTerm)>, _ outer: Frame, _ inner: Frame, _ next: @escaping Continuation) throws {
        guard let (given, parameter) = pairs.first else { return try next() }
        try unify(given, outer.bindings, parameter, inner.bindings, outer) { [self] in try unifyArguments(pairs.dropFirst(), outer, inner, next) }
    }

    // MARK: Functions that are left over

    @_optimize(none) private func supported(_ call: PartialCall, _ group: PartialRules.Group, _ arity: Int, _ frame: Frame, _ next: @escaping Continuation) throws {
        if overrides.isActive { return try saveCall(call, arity: arity, frame, next) }
        let name = ["data", "partial"] + call.function.dropFirst()
        let reference = [PartialTerm.variable("data")] + name.dropFirst().map { .value(.string($0)) }
        if !support.exist(at: reference) {
            for rule in group.rules + (group.defaultRule.map { [$0] } ?? []) { try addSupport(rules[rule], reference) }
        }
        guard support.exist(at: reference) else { return }
        try saveCall(PartialCall(function: name, arguments: call.arguments), arity: arity, frame, next)
    }

    /// The arguments are unknown while the body is evaluated.
    @_optimize(none) private func addSupport(_ rule: PartialRule, _ reference: [PartialTerm]) throws {
        let frame = try enter(rule.body)
        let parameters = (rule.arguments ?? []).reduce(into: Set<String>()) { $0.formUnion($1.variables) }
        unknown.push(parameters.sorted().map { .variable($0) }, frame.bindings)
        defer { unknown.pop() }
        try evaluatingByItself(frame) { [self] body in
            func plug(_ term: PartialTerm) -> PartialTerm { frame.bindings.plug(term, caller: caller) }
            var result = rule
            result.reference = reference
            result.arguments = rule.arguments?.map(plug)
            result.value = rule.value.map(plug)
            result.elseBranches = []
            let heads = (result.arguments ?? []) + [result.value].compactMap(\.self)
            guard passesTypeCheck(body), let rest = propagated(body, live: heads.reduce(into: []) { $0.formUnion($1.variables) }) else { return }
            result.body = rule.isDefault ? [] : rest
            support.insert(result)
        }
    }
}
