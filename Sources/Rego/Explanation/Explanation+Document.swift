extension Explanation {
    /// The explanation as JSON has it.
    public var document: Value {
        var fields: [(Value, Value)] = [("decision", .string(decision)), ("outcome", .string(outcome.rawValue))]
        if let value { fields.append(("value", value)) }
        fields.append(("reasons", .array(reasons.map(\.document))))
        switch nearest {
        case .found(let changes, let value):
            var found: [(Value, Value)] = [("changes", .array(changes.map(\.document)))]
            if let value { found.append(("value", value)) }
            fields.append(("nearest", .makeObject(found)))
        case .notFound(let tried): fields.append(("nearest", ["tried": .number(Number(tried))]))
        }
        if !isComplete { fields.append(("incomplete", true)) }
        return .makeObject(fields)
    }
}

extension Explanation.Reason {
    fileprivate var document: Value {
        var fields: [(Value, Value)] = [
            ("rule", .string(rule)), ("location", location.document), ("holds", .boolean(holds)), ("conditions", .array(conditions.map(\.document))),
        ]
        if !holds { fields.append(("held", .number(Number(held)))) }
        return .makeObject(fields)
    }
}

extension Explanation.Condition {
    fileprivate var document: Value {
        var fields: [(Value, Value)] = [("text", .string(text)), ("location", location.document), ("holds", .boolean(holds)), ("values", .array(values.map(\.document)))]
        if !reasons.isEmpty { fields.append(("reasons", .array(reasons.map(\.document)))) }
        return .makeObject(fields)
    }
}

extension Explanation.NamedValue {
    fileprivate var document: Value {
        var fields: [(Value, Value)] = [("text", .string(text))]
        if !values.isEmpty { fields.append(("values", .array(values))) }
        if others > 0 { fields.append(("others", .number(Number(others)))) }
        if isUndefined { fields.append(("undefined", true)) }
        if isMasked { fields.append(("masked", true)) }
        return .makeObject(fields)
    }
}

extension InputChange {
    fileprivate var document: Value {
        var fields: [(Value, Value)] = [("path", .string(reference))]
        if isMasked {
            fields.append(("masked", true))
        } else {
            if let before { fields.append(("from", before)) }
            if let after { fields.append(("to", after)) }
        }
        return .makeObject(fields)
    }
}

extension SourceLocation {
    fileprivate var document: Value { ["file": .string(file), "row": .number(Number(row)), "col": .number(Number(column))] }
}
