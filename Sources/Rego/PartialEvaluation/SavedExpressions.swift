/// Literals that are left over, for the query and for each rule or negation that is evaluated by itself.
struct SavedExpressions {
    struct Element {
        var expression: PartialExpression
        /// The bindings of the operands of an equality; of all terms of another literal the first counts. None where all is plugged.
        var left: Bindings?
        var right: Bindings?

        func plugged(_ caller: Bindings) -> PartialExpression {
            guard let left = left ?? right else { return expression }
            var result = expression
            switch expression.kind {
            case .term(let term): result.kind = .term(left.plug(term, caller: caller))
            case .call(var call):
                if call.isEquality, let right {
                    call.arguments = [left.plug(call.arguments[0], caller: caller), right.plug(call.arguments[1], caller: caller)]
                } else {
                    call.arguments = call.arguments.map { left.plug($0, caller: caller) }
                }
                result.kind = .call(call)
            case .every: return expression
            }
            for position in result.modifiers.indices { result.modifiers[position].value = left.plug(result.modifiers[position].value, caller: caller) }
            return result
        }
    }

    private var queries: [[Element]] = [[]]

    mutating func push(_ expression: PartialExpression, _ left: Bindings?, _ right: Bindings?) {
        queries[queries.count - 1].append(Element(expression: expression, left: left, right: right))
    }

    mutating func pop() { queries[queries.count - 1].removeLast() }

    mutating func pushQuery(_ query: [Element] = []) { queries.append(query) }
    mutating func popQuery() -> [Element] { queries.removeLast() }

    var current: [Element] { queries[queries.count - 1] }
}
