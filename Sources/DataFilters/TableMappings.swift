import Rego

/// The names that tables and columns have in the database, `{table: {"$self": name, column: name}}`; `"$table"` names the table of a
/// column that the policy asks for without one. All of it may stand below the name of a target (`sql`, `ucast`) or dialect.
package struct TableMappings: Sendable {
    private let mappings: Value?

    package init(_ mappings: Value?) { self.mappings = mappings }

    /// What counts for a dialect.
    private func names(_ dialect: FilterDialect) -> Value? {
        mappings?[dialect.dialectName] ?? mappings?[dialect.isSQL ? "sql" : "ucast"] ?? mappings
    }

    package func column(_ field: FilterField, _ dialect: FilterDialect) -> FilterField {
        guard let names = names(dialect)?[field.table] else { return field }
        return FilterField(table: names["$self"]?.text ?? field.table, column: names[field.column]?.text ?? field.column)
    }

    /// The table of each column that needs none in the policy.
    package func shortFields(_ dialects: [FilterDialect]) -> [String: String] {
        var tables: [String: String] = [:]
        for dialect in dialects {
            guard case .object(let entries)? = names(dialect) else { continue }
            for entry in entries { if case .string(let column) = entry.key, let table = entry.value["$table"]?.text { tables[column] = table } }
        }
        return tables
    }
}

extension Value {
    fileprivate var text: String? { if case .string(let text) = self { text } else { nil } }
}
