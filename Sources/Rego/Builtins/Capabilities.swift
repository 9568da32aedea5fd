/// What an engine can do, in the form of OPA's capabilities files.
extension BuiltinRegistry {
    /// `{"builtins": […], "features": […], "future_keywords": […], "limits": {…}}`; built-ins are sorted by name. OPA knows no limits.
    public var capabilities: Value {
        let declared = builtins.filter { !$0.traits.contains(.compilerInternal) }.sorted { Value.order($0.name, $1.name) < 0 }
        return [
            "builtins": .array(declared.map(\.capability)),
            "features": ["keywords_in_refs", "rego_v1", "template_strings"],
            "future_keywords": [],
            "limits": .makeObject(BuiltinLimits.names.map { (.string($0.name), .number(Number(BuiltinLimits()[keyPath: $0.limit]))) }),
            "wasm_abi_versions": [],
        ]
    }
}

extension Builtin {
    fileprivate var capability: Value {
        var declaration: [(Value, Value)] = [("type", "function")]
        if isVariadic {
            declaration.append(("variadic", parameters.last?.type.document ?? RegoType.any.document))
        } else {
            declaration.append(("args", .array(parameters.map(\.type.document))))
        }
        if !isVoid { declaration.append(("result", result.document)) }
        var fields: [(Value, Value)] = [("name", .string(name)), ("decl", .makeObject(declaration))]
        if let infix { fields.append(("infix", .string(infix))) }
        if isRelation { fields.append(("relation", true)) }
        if isNondeterministic { fields.append(("nondeterministic", true)) }
        if isDeprecated { fields.append(("deprecated", true)) }
        return .makeObject(fields)
    }
}

extension RegoType {
    /// The type as OPA writes it in JSON.
    var document: Value {
        switch self {
        case .null, .boolean, .number, .string: return ["type": .string(description)]
        case .any, .unknown: return ["type": "any"]
        case .void: return .null
        case .union(let types): return ["type": "any", "of": .array(types.map(\.document))]
        case .set(let member): return ["type": "set", "of": member.document]
        case .array(let elements, let rest):
            var fields: [(Value, Value)] = [("type", "array")]
            if !elements.isEmpty { fields.append(("static", .array(elements.map(\.document)))) }
            if let rest { fields.append(("dynamic", rest.document)) }
            return .makeObject(fields)
        case .object(let known, let keys, let values):
            var fields: [(Value, Value)] = [("type", "object")]
            if !known.isEmpty { fields.append(("static", .array(known.map { ["key": $0.key, "value": $0.type.document] }))) }
            if let keys, let values { fields.append(("dynamic", ["key": keys.document, "value": values.document])) }
            return .makeObject(fields)
        case .function(let arguments, let result):
            var fields: [(Value, Value)] = [("type", "function"), ("args", .array(arguments.map(\.document)))]
            if let result { fields.append(("result", result.document)) }
            return .makeObject(fields)
        }
    }
}
