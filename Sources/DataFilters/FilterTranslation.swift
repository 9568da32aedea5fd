import Rego

/// Makes a filter of what partial evaluation leaves over: a disjunction of queries, each a conjunction of comparisons with fields.
///
/// A field is a reference `input.<table>.<column>`, or `input.<column>` where the mapping says which table that is of.
package struct FilterTranslation {
    private let dialects: [FilterDialect]
    private let shortFields: [String: String]
    private var problems: [FilterProblem] = []

    /// - Parameter shortFields: the table of each column that is asked for without one.
    package init(dialects: [FilterDialect], shortFields: [String: String] = [:]) {
        self.dialects = dialects
        self.shortFields = shortFields
    }

    /// - Throws: everything in the queries that one of the dialects cannot say.
    package static func filter(_ result: PartialResult, dialects: [FilterDialect], shortFields: [String: String] = [:]) throws(FilterProblems) -> DataFilter {
        var translation = FilterTranslation(dialects: dialects, shortFields: shortFields)
        let queries = result.queries.map { query in query.compactMap { translation.condition($0, support: result.support) } }
        guard translation.problems.isEmpty else { throw FilterProblems(problems: translation.problems) }
        if queries.isEmpty { return .nothing }
        if queries.contains(where: \.isEmpty) { return .everything }
        return .condition(Self.joined(queries.map { Self.joined($0) { .and($0) } }) { .or($0) })
    }

    private static func joined(_ conditions: [FilterCondition], _ join: ([FilterCondition]) -> FilterCondition) -> FilterCondition {
        conditions.count == 1 ? conditions[0] : join(conditions)
    }

    private mutating func fail(_ message: String, _ expression: Expression, details: String? = nil) -> FilterCondition? {
        let problem = FilterProblem(message: message, details: details, location: expression.location)
        // Each query that comes of the same literal has the same problem.
        if !problems.contains(problem) { problems.append(problem) }
        return nil
    }

    // MARK: Literals

    private mutating func condition(_ expression: Expression, support: [Module]) -> FilterCondition? {
        if !expression.withModifiers.isEmpty { return fail("\"with\" not permitted", expression) }
        guard case .term(let term) = expression.kind else {
            if case .every = expression.kind { return fail("\"every\" not permitted", expression) }
            return fail("invalid statement \"\(expression)\"", expression)
        }
        guard case .call(let call) = term.kind else { return statement(term, expression, support) }
        if expression.isNegated, let dialect = dialects.first(where: { !$0.supportsNegation }) {
            return fail("\"not\" not permitted for \(dialect.description)", expression)
        }
        guard let positive = comparison(call, expression, support) else { return nil }
        return expression.isNegated ? .not(positive) : positive
    }

    /// `not` of a rule that partial evaluation made of what it could not negate literal by literal.
    private mutating func negation(ofRuleAt path: [String], _ support: [Module]) -> FilterCondition? {
        guard path.count == 3, path[1] == "partial", path[2].hasPrefix("__not") else { return nil }
        let bodies = support.filter { $0.package.path == ["partial"] }.flatMap(\.rules).filter { $0.head.name == path[2] }.map(\.body)
        guard !bodies.isEmpty else { return nil }
        let conditions = bodies.map { body in
            let literals = body.compactMap { condition($0, support: support) }
            return Self.joined(literals) { .and($0) }
        }
        return Self.joined(conditions) { .or($0) }.negated
    }

    /// A term that is no comparison.
    private mutating func statement(_ term: Term, _ expression: Expression, _ support: [Module]) -> FilterCondition? {
        guard let path = term.constantReference, path.first == "data" else {
            return fail("invalid statement \"\(expression)\"", expression, details: "try `\(term) != false`")
        }
        if expression.isNegated, let condition = negation(ofRuleAt: path, support) { return condition }
        return fail(documentProblem(path, support), expression, details: support.isEmpty ? "has rule \"\(path.joined(separator: "."))\" an `else`?" : nil)
    }

    /// Why rules are left over.
    private func documentProblem(_ path: [String], _ support: [Module]) -> String {
        let rules = support.filter { ["data"] + $0.package.path == path.dropLast() }.flatMap(\.rules).filter { $0.head.name == path.last }
        let original = ([path[0]] + path.dropFirst(path.count > 1 && path[1] == "partial" ? 2 : 1)).joined(separator: ".")
        if rules.contains(where: \.isDefault) { return "use of default rule in \(original)" }
        if rules.contains(where: { $0.head.key != nil }) { return "use of multi-value rule in \(original)" }
        return "invalid data reference \"\(path.joined(separator: "."))\""
    }

    // MARK: Comparisons

    private mutating func comparison(_ call: Call, _ expression: Expression, _ support: [Module]) -> FilterCondition? {
        let name = call.function.joined(separator: ".")
        if call.function.first == "data" { return fail(documentProblem(call.function, support), expression) }
        if let document = Term(.call(call)).documentInside { return fail(documentProblem(document, support), expression) }
        guard let comparison = FilterComparison(builtin: name), call.arguments.count == 2 else {
            return fail("invalid builtin `\(name)`", expression, details: "filters compare fields; compute values from what is known")
        }
        if let dialect = dialects.first(where: { !$0.supports(comparison) }) {
            return fail("invalid builtin `\(name == "internal.member_2" ? "in" : name)`: unsupported for \(dialect.description)", expression)
        }
        guard let left = operand(call.arguments[0], name, expression), let right = operand(call.arguments[1], name, expression) else { return nil }
        return condition(left, comparison, right, name, expression)
    }

    private mutating func condition(_ left: FilterOperand, _ comparison: FilterComparison, _ right: FilterOperand, _ name: String, _ expression: Expression) -> FilterCondition? {
        switch (left, right) {
        case (.field(let field), .field):
            if let dialect = dialects.first(where: { !$0.supportsFieldReferences }) {
                return fail("reference to field: unsupported feature \"field-ref\" for \(dialect.description)", expression)
            }
            guard comparison.flipped != nil else { return fail("rhs of \(name) must be known", expression) }
            return .comparison(field, comparison, right)
        case (.field(let field), _):
            guard let operand = Self.fitting(right, comparison) else { return fail("\(name): invalid operand: \(Self.text(right))", expression) }
            return .comparison(field, comparison, operand)
        case (_, .field(let field)):
            guard let flipped = comparison.flipped else { return fail("rhs of \(name) must be known", expression) }
            guard let operand = Self.fitting(left, flipped) else { return fail("\(name): invalid operand: \(Self.text(left))", expression) }
            return .comparison(field, flipped, operand)
        default: return fail("both rhs and lhs non-scalar/non-ground", expression)
        }
    }

    /// The operand in the form that the comparison takes; nil where it takes none such.
    private static func fitting(_ operand: FilterOperand, _ comparison: FilterComparison) -> FilterOperand? {
        guard case .value(let value) = operand else { return operand }
        if comparison == .isMember {
            switch value {
            case .array(let members), .set(let members): return members.allSatisfy(\.isScalar) ? .values(members) : nil
            default: return nil
            }
        }
        guard value.isScalar else { return nil }
        if [.hasPrefix, .hasSuffix, .contains].contains(comparison) { if case .string = value { return operand } else { return nil } }
        if value == .null, ![.equal, .notEqual].contains(comparison) { return nil }
        return operand
    }

    private static func text(_ operand: FilterOperand) -> String {
        switch operand {
        case .value(let value): value.regoText
        case .values(let values): Value.array(values).regoText
        case .field(let field): "input.\(field.table).\(field.column)"
        }
    }

    private mutating func operand(_ term: Term, _ name: String, _ expression: Expression) -> FilterOperand? {
        if let value = term.constant { return .value(value) }
        switch term.kind {
        case .ref:
            guard let path = term.constantReference, let field = field(path) else {
                _ = fail("\(name): invalid ref operand: \(term)", expression, details: "fields are input.<table>.<column>")
                return nil
            }
            return .field(field)
        case .call: _ = fail("\(name): nested call operand: \(term)", expression)
        default: _ = fail("both rhs and lhs non-scalar/non-ground", expression)
        }
        return nil
    }

    private func field(_ path: [String]) -> FilterField? {
        guard path.first == "input" else { return nil }
        if path.count == 3 { return FilterField(table: path[1], column: path[2]) }
        if path.count == 2, let table = shortFields[path[1]] { return FilterField(table: table, column: path[1]) }
        return nil
    }
}

extension Term {
    /// The first reference below `data` in the term or its calls.
    fileprivate var documentInside: [String]? {
        if let path = constantReference, path.first == "data" { return path }
        guard case .call(let call) = kind else { return nil }
        for argument in call.arguments { if let path = argument.documentInside { return path } }
        return nil
    }
}

extension Value {
    fileprivate var isScalar: Bool {
        switch self {
        case .null, .boolean, .number, .string: true
        default: false
        }
    }
}
