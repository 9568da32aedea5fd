/// Plans a query: its solutions are its variables' values and the value of each expression.
struct QueryPlanner {
    let scope: PlanScope

    func plan(_ query: CompiledQuery) -> CodeUnit {
        var planner = BodyPlanner(builder: CodeBuilder(), scope: scope, parameters: 0)
        let end = planner.fail
        let place = query.body.first?.location ?? .none
        if scope.observes { planner.observe(.enter, place) }
        var values: [Operand] = []
        let truth = planner.builder.constant(.boolean(true))
        let isAlone = query.body.count { !$0.isGenerated } == 1
        for expression in query.body {
            if expression.isGenerated {
                planner.literal(expression)
            } else if hasValue(expression) {
                values.append(value(of: expression, alone: isAlone, &planner))
            } else {
                planner.literal(expression)
                values.append(truth)
            }
        }
        let variables = query.variables.map { planner.bound[$0.local] ?? planner.builder.constant(.null) }
        let operands = variables + values
        if scope.observes { planner.observe(.exit, place) }
        planner.builder.emit(.solution, b: planner.builder.list(operands), c: Int32(operands.count), target: planner.fail)
        planner.builder.place(end)
        planner.builder.emit(.end)
        _ = planner.builder.endProcedure(registry: scope.registry)
        return planner.builder.unit
    }

    /// Whether an expression has a value of its own, other than that it holds.
    private func hasValue(_ expression: Expression) -> Bool {
        guard !expression.isNegated, expression.withModifiers.isEmpty, case .term(let term) = expression.kind else { return false }
        guard case .call(let call) = term.kind else { return true }
        if call.function == ["eq"] || scope.isVoid(call.function) { return false }
        guard let arity = scope.arity(of: call.function) else { return true }
        return call.arguments.count == arity || scope.isVariadic(call.function)
    }

    /// The value of an expression. A single expression that does not iterate may be false.
    private func value(of expression: Expression, alone: Bool, _ planner: inout BodyPlanner) -> Operand {
        planner.builder.location = expression.location
        guard case .term(let term) = expression.kind else { return planner.builder.constant(.boolean(true)) }
        guard scope.observes else { return value(of: term, alone: alone, &planner) }
        var operand: Operand?
        planner.observed(expression.location) { operand = value(of: term, alone: alone, &$0) }
        return operand ?? planner.builder.constant(.boolean(true))
    }

    private func value(of term: Term, alone: Bool, _ planner: inout BodyPlanner) -> Operand {
        let value = planner.operand(term)
        if !alone || planner.iterates { planner.builder.emit(.test, a: value.code, target: planner.fail) }
        return value
    }
}
