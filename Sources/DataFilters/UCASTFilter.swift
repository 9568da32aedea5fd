import Rego

/// Writes filters as UCAST, the "universal conditions" tree that object-relational mappers read (github.com/stalniy/ucast).
package struct UCASTFilter {
    let dialect: FilterDialect
    let mappings: TableMappings

    package init(dialect: FilterDialect, mappings: TableMappings = TableMappings(nil)) {
        self.dialect = dialect
        self.mappings = mappings
    }

    /// Nil for a filter that no row passes; an empty object for one that every row passes.
    package func document(_ filter: DataFilter) -> Value? {
        switch filter {
        case .nothing: nil
        case .everything: .object([])
        case .condition(let condition): document(condition)
        }
    }

    private func document(_ condition: FilterCondition) -> Value {
        switch condition {
        case .and(let conditions): compound("and", conditions)
        case .or(let conditions): compound("or", conditions)
        case .not(let condition): compound("not", [condition])
        case .comparison(let field, let comparison, let operand):
            ["type": "field", "operator": .string(comparison.name), "field": .string(name(field)), "value": document(operand)]
        }
    }

    private func compound(_ name: Value, _ conditions: [FilterCondition]) -> Value {
        ["type": "compound", "operator": name, "value": .array(conditions.map(document))]
    }

    private func document(_ operand: FilterOperand) -> Value {
        switch operand {
        case .value(let value): value
        case .values(let values): .array(values)
        case .field(let field): ["field": .string(name(field))]
        }
    }

    private func name(_ field: FilterField) -> String {
        let mapped = mappings.column(field, dialect)
        return "\(mapped.table).\(mapped.column)"
    }
}
