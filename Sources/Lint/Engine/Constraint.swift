import Rego

/// What a literal demands of one reference: that it is a constant, is not one, lies on one side of one, is defined and true, or is not.
struct Constraint {
    enum Demand {
        case compares(String, Value)
        case holds, fails
    }
    let subject: String
    let demand: Demand

    /// Nil for literals that say nothing simple, or ask a different element each time.
    init?(_ expression: Expression) {
        guard expression.withModifiers.isEmpty, !expression.isGenerated, case .term(let term) = expression.kind else { return nil }
        if let (left, right, name) = expression.sides(of: "equal", "eq", "neq", "lt", "lte", "gt", "gte") {
            if let path = left.constraintSubject, let value = right.constant {
                (subject, demand) = (path, .compares(expression.isNegated ? Self.opposite(name) : name, value))
            } else if let path = right.constraintSubject, let value = left.constant {
                (subject, demand) = (path, .compares(expression.isNegated ? Self.opposite(Self.mirrored(name)) : Self.mirrored(name), value))
            } else {
                return nil
            }
            // A negated comparison holds where the value is undefined too.
            if expression.isNegated, name != "neq" { return nil }
        } else {
            guard let path = term.constraintSubject else { return nil }
            (subject, demand) = (path, expression.isNegated ? .fails : .holds)
        }
    }

    func contradicts(_ other: Constraint) -> Bool {
        guard subject == other.subject else { return false }
        switch (demand, other.demand) {
        case (.holds, .fails), (.fails, .holds): return true
        case (.fails, .compares(let name, let value)), (.compares(let name, let value), .fails): return Self.isEquality(name) && value != .boolean(false)
        case (.holds, .compares(let name, let value)), (.compares(let name, let value), .holds): return Self.isEquality(name) && value == .boolean(false)
        case (.compares(let first, let a), .compares(let second, let b)): return Self.areApart((first, a), (second, b))
        default: return false
        }
    }

    private static func isEquality(_ name: String) -> Bool { name == "equal" || name == "eq" }

    private static func areApart(_ first: (name: String, value: Value), _ second: (name: String, value: Value)) -> Bool {
        switch (first.name, second.name) {
        case ("equal", _), ("eq", _): return !satisfies(first.value, second.name, second.value)
        case (_, "equal"), (_, "eq"): return !satisfies(second.value, first.name, first.value)
        case ("lt", "gt"), ("lte", "gt"), ("lt", "gte"): return first.value <= second.value
        case ("gt", "lt"), ("gt", "lte"), ("gte", "lt"): return second.value <= first.value
        case ("lte", "gte"): return first.value < second.value
        case ("gte", "lte"): return second.value < first.value
        default: return false
        }
    }

    private static func satisfies(_ value: Value, _ name: String, _ bound: Value) -> Bool {
        switch name {
        case "neq": value != bound
        case "lt": value < bound
        case "lte": value <= bound
        case "gt": bound < value
        case "gte": bound <= value
        default: value == bound
        }
    }

    private static func mirrored(_ name: String) -> String { ["lt": "gt", "gt": "lt", "lte": "gte", "gte": "lte"][name] ?? name }

    private static func opposite(_ name: String) -> String {
        ["equal": "neq", "eq": "neq", "neq": "equal", "lt": "gte", "gte": "lt", "gt": "lte", "lte": "gt"][name] ?? name
    }
}

extension Term {
    /// A reference that means the same value wherever it stands in a body: `input.a["b"]`, a variable.
    fileprivate var constraintSubject: String? {
        switch kind {
        case .variable: localName
        case .ref: fixedPath
        default: nil
        }
    }
}
