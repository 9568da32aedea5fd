/// `not` of a disjunction of queries: one literal of each, negated, in every combination.
enum NegatedQueries {
    /// More combinations become rules, because the result would grow beyond use.
    private static let largest = 16

    /// Whether the negation means the same literal by literal: operands must not be evaluated inside it, and its variables must be known.
    static func canInline(_ queries: [[PartialExpression]], _ known: Set<String>) -> Bool {
        var combinations = 1
        for query in queries {
            combinations *= query.count
            if combinations > largest { return false }
            for expression in query {
                if hasNestedEvaluation(expression) { return false }
                if !expression.isNegated, !openVariables(expression).isSubset(of: known) { return false }
            }
        }
        return true
    }

    static func complements(_ queries: ArraySlice<[PartialExpression]>, _ chosen: [PartialExpression], _ use: ([PartialExpression]) throws -> Void) throws {
        guard let query = queries.first else { return try use(chosen) }
        for expression in query { try complements(queries.dropFirst(), chosen + [expression.complement], use) }
    }

    private static func openVariables(_ expression: PartialExpression) -> Set<String> {
        switch expression.kind {
        case .term(let term): term.openVariables
        case .call(let call): call.arguments.reduce(into: []) { $0.formUnion($1.openVariables) }
        case .every(let every): every.domain.openVariables
        }
    }

    private static func hasNestedEvaluation(_ expression: PartialExpression) -> Bool {
        switch expression.kind {
        case .term(let term): hasEvaluation(insideOf: term)
        case .call(let call): call.isEquality ? call.arguments.contains { hasEvaluation(insideOf: $0) } : call.arguments.contains { hasEvaluation($0) }
        case .every: true
        }
    }

    private static func hasEvaluation(insideOf term: PartialTerm) -> Bool {
        if case .ref(let parts) = term { return parts[1...].contains { hasEvaluation($0) } }
        return hasEvaluation(term)
    }

    private static func hasEvaluation(_ term: PartialTerm) -> Bool {
        var found = false
        term.walk { node in
            switch node {
            case .term(.ref), .term(.call): found = true
            default: break
            }
            return !found
        }
        return found
    }
}
