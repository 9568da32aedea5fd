import Rego

/// What rows must be like.
package indirect enum FilterCondition: Sendable, Hashable {
    case comparison(FilterField, FilterComparison, FilterOperand)
    case and([FilterCondition])
    case or([FilterCondition])
    case not(FilterCondition)
}

extension FilterCondition {
    /// The opposite, with `not` only at comparisons, where every dialect can say it of rows that have no value.
    var negated: FilterCondition {
        switch self {
        case .comparison: .not(self)
        case .and(let conditions): .or(conditions.map(\.negated))
        case .or(let conditions): .and(conditions.map(\.negated))
        case .not(let condition): condition
        }
    }
}

/// `table.column`.
package struct FilterField: Sendable, Hashable {
    package var table: String
    package var column: String
    package init(table: String, column: String) {
        self.table = table
        self.column = column
    }
}

package enum FilterOperand: Sendable, Hashable {
    /// Null, a boolean, a number or a string.
    case value(Value)
    /// The members that a field may be one of.
    case values([Value])
    case field(FilterField)
}

package enum FilterComparison: Sendable, Hashable {
    case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual, isMember, hasPrefix, hasSuffix, contains

    /// By the built-in that says so.
    init?(builtin: String) {
        switch builtin {
        case "eq", "equal": self = .equal
        case "neq": self = .notEqual
        case "lt": self = .less
        case "lte": self = .lessOrEqual
        case "gt": self = .greater
        case "gte": self = .greaterOrEqual
        case "internal.member_2": self = .isMember
        case "startswith": self = .hasPrefix
        case "endswith": self = .hasSuffix
        case "contains": self = .contains
        default: return nil
        }
    }

    /// As UCAST writes it.
    var name: String {
        switch self {
        case .equal: "eq"
        case .notEqual: "ne"
        case .less: "lt"
        case .lessOrEqual: "lte"
        case .greater: "gt"
        case .greaterOrEqual: "gte"
        case .isMember: "in"
        case .hasPrefix: "startswith"
        case .hasSuffix: "endswith"
        case .contains: "contains"
        }
    }

    /// What says the same with its operands the other way round; nil where nothing does.
    var flipped: FilterComparison? {
        switch self {
        case .equal, .notEqual: self
        case .less: .greater
        case .lessOrEqual: .greaterOrEqual
        case .greater: .less
        case .greaterOrEqual: .lessOrEqual
        case .isMember, .hasPrefix, .hasSuffix, .contains: nil
        }
    }
}

/// A filter of rows: what is left of a policy that is asked about each of them.
package enum DataFilter: Sendable, Hashable {
    /// No row.
    case nothing
    /// Every row.
    case everything
    case condition(FilterCondition)
}

/// Why a policy is no filter, with the place in the policy and what to do about it.
package struct FilterProblem: Sendable, Hashable {
    package var message: String
    package var details: String?
    package var location: SourceLocation
}

package struct FilterProblems: Error {
    package var problems: [FilterProblem]
}
