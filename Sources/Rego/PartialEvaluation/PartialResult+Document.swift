extension PartialResult {
    /// `{"queries": […], "support": […]}` in the form that OPA writes syntax trees in; a member that would be empty is left out.
    public var document: Value {
        var fields: [(Value, Value)] = []
        if !queries.isEmpty { fields.append(("queries", .array(queries.map(\.document)))) }
        if !support.isEmpty { fields.append(("support", .array(support.map(\.document)))) }
        return .makeObject(fields)
    }
}
