import Rego

/// Writes filters as the `WHERE` clause of SQL.
///
/// A column that is NULL is a value that is not there: comparing with it gives nothing, so `not` of a comparison selects its row, as
/// `not` of what is undefined holds in Rego. Only a comparison with `null` asks for NULL.
package struct SQLFilter {
    let dialect: FilterDialect
    let mappings: TableMappings

    package init(dialect: FilterDialect, mappings: TableMappings = TableMappings(nil)) {
        self.dialect = dialect
        self.mappings = mappings
    }

    /// Nil for a filter that no row passes; empty for one that every row passes.
    package func text(_ filter: DataFilter) -> String? {
        switch filter {
        case .nothing: nil
        case .everything: ""
        case .condition(let condition): "WHERE " + text(condition)
        }
    }

    private func text(_ condition: FilterCondition) -> String {
        switch condition {
        case .and(let conditions): "(" + conditions.map(text).joined(separator: " AND ") + ")"
        case .or(let conditions): "(" + conditions.map(text).joined(separator: " OR ") + ")"
        case .not(let condition): negated(condition)
        case .comparison(let field, let comparison, let operand): text(field, comparison, operand)
        }
    }

    /// In SQL NOT of what is unknown is unknown again, so rows with NULL have to be asked for.
    private func negated(_ condition: FilterCondition) -> String {
        guard case .comparison(let field, let comparison, let operand) = condition else { return "NOT \(text(condition))" }
        if case .value(.null) = operand { return text(field, comparison == .equal ? .notEqual : .equal, operand) }
        if case .values(let values) = operand, values.contains(.null) || values.isEmpty { return "NOT \(text(condition))" }
        var nulls = ["\(name(field)) IS NULL"]
        if case .field(let other) = operand { nulls.append("\(name(other)) IS NULL") }
        return "(NOT \(text(condition)) OR \(nulls.joined(separator: " OR ")))"
    }

    private func text(_ field: FilterField, _ comparison: FilterComparison, _ operand: FilterOperand) -> String {
        let column = name(field)
        switch operand {
        case .field(let other): return "\(column) \(symbol(comparison)) \(name(other))"
        case .value(.null): return "\(column) IS \(comparison == .equal ? "" : "NOT ")NULL"
        case .values(let values): return membership(column, values)
        case .value(.string(let text)) where comparison.pattern(text) != nil:
            let pattern = comparison.pattern(escapedForLike(text)) ?? ""
            return "\(column) LIKE \(literal(pattern))" + (dialect == .sqlserver && pattern.contains("\\") ? " ESCAPE N'\\'" : "")
        case .value(let value): return "\(column) \(symbol(comparison)) \(literal(value))"
        }
    }

    /// `IN` never finds NULL.
    private func membership(_ column: String, _ values: [Value]) -> String {
        let known = values.filter { $0 != .null }
        let list = known.isEmpty ? nil : "\(column) IN (\(known.map(literal).joined(separator: ", ")))"
        if known.count == values.count { return list ?? "1 = 0" }
        return list.map { "(\($0) OR \(column) IS NULL)" } ?? "\(column) IS NULL"
    }

    private func symbol(_ comparison: FilterComparison) -> String {
        switch comparison {
        case .notEqual: "<>"
        case .less: "<"
        case .lessOrEqual: "<="
        case .greater: ">"
        case .greaterOrEqual: ">="
        default: "="
        }
    }

    // MARK: Names and literals

    private func name(_ field: FilterField) -> String {
        let mapped = mappings.column(field, dialect)
        return "\(quoted(mapped.table)).\(quoted(mapped.column))"
    }

    /// Plain names stay as they are; quotation marks inside others are doubled.
    private func quoted(_ name: String) -> String {
        let isPlain = !name.isEmpty && name.utf8.allSatisfy { $0 == 0x5f || ($0 >= 0x30 && $0 <= 0x39) || ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7a) } && !(name.utf8.first.map { $0 >= 0x30 && $0 <= 0x39 } ?? true)
        if isPlain { return name }
        switch dialect {
        case .mysql: return "`\(name.replacing("`", with: "``"))`"
        case .sqlserver: return "[\(name.replacing("]", with: "]]"))]"
        default: return "\"\(name.replacing("\"", with: "\"\""))\""
        }
    }

    private func literal(_ value: Value) -> String {
        switch value {
        case .boolean(let flag): dialect == .sqlserver ? (flag ? "1" : "0") : (flag ? "TRUE" : "FALSE")
        case .number(let number): literal(number.text)
        case .string(let text): literal(text)
        default: "NULL"
        }
    }

    /// A string literal. Bytes are compared, so that no combining character joins a quotation mark and hides it.
    private func literal(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch (dialect, scalar) {
            case (.postgresql, "'"), (.sqlserver, "'"), (.sqlite, "'"): result += "''"
            case (.mysql, "'"): result += "\\'"
            case (.postgresql, "\\"), (.mysql, "\\"): result += "\\\\"
            case (.mysql, "\0"): result += "\\0"
            case (.mysql, "\u{1a}"): result += "\\Z"
            default: result.unicodeScalars.append(scalar)
            }
        }
        let prefix = dialect == .postgresql ? "E" : dialect == .sqlserver ? "N" : ""
        return "\(prefix)'\(result)'"
    }

    private func escapedForLike(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            if scalar == "\\" || scalar == "_" || scalar == "%" || (dialect == .sqlserver && scalar == "[") { result += "\\" }
            result.unicodeScalars.append(scalar)
        }
        return result
    }
}

extension FilterComparison {
    /// The pattern of `LIKE`; nil for comparisons that are none.
    fileprivate func pattern(_ text: String) -> String? {
        switch self {
        case .hasPrefix: text + "%"
        case .hasSuffix: "%" + text
        case .contains: "%" + text + "%"
        default: nil
        }
    }
}
