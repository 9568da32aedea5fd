/// Plans a query: its solutions are its variables' values and the value of each expression.
struct QueryPlanner {
    let scope: PlanScope

    func plan(_ query: CompiledQuery) -> CodeUnit {
        var planner = BodyPlanner(builder: CodeBuilder(), scope: scope, parameters: 0)
        let end = planner.fail
        var values: [Operand] = []
        let truth = planner.builder.constant(.boolean(true))
        let isAlone = query.body.count { !$0.isGenerated } == 1
        for expression in query.body {
            if expression.isGenerated {
                planner.literal(expression)
            } else if let value = value(of: expression, alone: isAlone, &planner) {
                values.append(value)
            } else {
                planner.literal(expression)
                values.append(truth)
            }
        }
        let variables = query.variables.map { planner.bound[$0.local] ?? planner.builder.constant(.null) }
        let operands = variables + values
        planner.builder.emit(.solution, b: planner.builder.list(operands), c: Int32(operands.count), target: planner.fail)
        planner.builder.place(end)
        planner.builder.emit(.end)
        _ = planner.builder.endProcedure(registry: scope.registry)
        return planner.builder.unit
    }

    /// The value of an expression that has one of its own. A single expression that does not iterate may be false.
    private func value(of expression: Expression, alone: Bool, _ planner: inout BodyPlanner) -> Operand? {
        guard !expression.isNegated, expression.withModifiers.isEmpty, case .term(let term) = expression.kind else { return nil }
        if case .call(let call) = term.kind {
            if call.function == ["eq"] || scope.isVoid(call.function) { return nil }
            if let arity = scope.arity(of: call.function), call.arguments.count != arity, !scope.isVariadic(call.function) { return nil }
        }
        planner.builder.location = expression.location
        let value = planner.operand(term)
        if !alone || planner.iterates { planner.builder.emit(.test, a: value.code, target: planner.fail) }
        return value
    }
}
