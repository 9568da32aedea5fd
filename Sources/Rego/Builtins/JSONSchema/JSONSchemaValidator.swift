/// Validates documents; finds the problems that OPA's validator finds, in its words.
struct JSONSchemaValidator {
    private let schema: JSONSchema

    /// Schemas applied to schemas deeper than this end the validation: a schema may refer to itself without end.
    private static let depthLimit = 400

    init(_ schema: JSONSchema) { self.schema = schema }

    func validate(_ document: Value) throws(BuiltinError) -> [JSONSchemaProblem] {
        try result(0, document, .root).problems
    }

    /// The problems of one subschema, apart from those found so far.
    private func result(_ position: Int, _ value: Value, _ place: JSONSchemaPlace) throws(BuiltinError) -> JSONSchemaResult {
        var result = JSONSchemaResult()
        try apply(position, value, place, &result)
        return result
    }

    private func apply(_ position: Int, _ value: Value, _ place: JSONSchemaPlace, _ result: inout JSONSchemaResult) throws(BuiltinError) {
        guard place.depth <= Self.depthLimit else { throw .failure("schema applies to itself more than \(Self.depthLimit) levels deep") }
        let subschema = schema[position]
        if let always = subschema.always {
            if !always { result.add("false", place, "False always fails validation") }
            return
        }
        if let reference = subschema.reference { return try apply(reference, value, place.deeper, &result) }
        guard hasType(subschema, value, place, &result) else { return }
        try combine(subschema, value, place, &result)
        switch value {
        case .array(let elements), .set(let elements):
            try elementsFit(subschema, elements, place, &result)
            valueFits(subschema, value, place, &result)
        case .object(let entries):
            try membersFit(subschema, entries, place, &result)
            valueFits(subschema, value, place, &result)
            for property in subschema.properties {
                if let member = value[property.name] { try apply(property.schema, member, place.member(property.name), &result) }
            }
        default:
            if case .number(let number) = value { numberFits(subschema, number, place, &result) }
            valueFits(subschema, value, place, &result)
            if case .string(let text) = value { textFits(subschema, text, place, &result) }
        }
        result.passed()
    }

    // MARK: Types

    private func hasType(_ subschema: JSONSchema.Subschema, _ value: Value, _ place: JSONSchemaPlace, _ result: inout JSONSchemaResult) -> Bool {
        let types = subschema.types
        let type = value.schemaType
        if types.isEmpty || types.contains(type) || (type == "integer" && types.contains("number")) { return true }
        let expected = types.count == 1 ? types[0] : "[\(types.joined(separator: ","))]"
        result.add("invalid_type", place, "Invalid type. Expected: \(expected), given: \(type)")
        return false
    }

    // MARK: Schemas combined

    private func combine(_ subschema: JSONSchema.Subschema, _ value: Value, _ place: JSONSchemaPlace, _ result: inout JSONSchemaResult) throws(BuiltinError) {
        try anyFits(subschema.anyOf, value, place, &result)
        try oneFits(subschema.oneOf, value, place, &result)
        var failed = false
        for position in subschema.allOf {
            let attempt = try self.result(position, value, place.deeper)
            if !attempt.isValid { failed = true }
            result.merge(attempt)
        }
        if failed { result.add("number_all_of", place, "Must validate all the schemas (allOf)") }
        if let not = subschema.not, try self.result(not, value, place.deeper).isValid { result.add("number_not", place, "Must not validate the schema (not)") }
        if case .object(let entries) = value { try dependenciesFit(subschema, entries, value, place, &result) }
        if let condition = subschema.condition {
            let holds = try self.result(condition, value, place.deeper).isValid
            if let next = holds ? subschema.consequence : subschema.alternative {
                let attempt = try self.result(next, value, place.deeper)
                if !attempt.isValid {
                    if holds {
                        result.add("condition_then", place, "Must validate \"then\" as \"if\" was valid")
                    } else {
                        result.add("condition_else", place, "Must validate \"else\" as \"if\" was not valid")
                    }
                    result.merge(attempt)
                }
            }
        }
        result.passed()
    }

    private func anyFits(_ schemas: [Int], _ value: Value, _ place: JSONSchemaPlace, _ result: inout JSONSchemaResult) throws(BuiltinError) {
        guard !schemas.isEmpty else { return }
        var best: JSONSchemaResult?
        for position in schemas {
            let attempt = try self.result(position, value, place.deeper)
            if attempt.isValid { return }
            if best.map({ attempt.score > $0.score }) ?? true { best = attempt }
        }
        result.add("number_any_of", place, "Must validate at least one schema (anyOf)")
        // What the closest schema says is most likely what the author wants to know.
        if let best { result.merge(best) }
    }

    private func oneFits(_ schemas: [Int], _ value: Value, _ place: JSONSchemaPlace, _ result: inout JSONSchemaResult) throws(BuiltinError) {
        guard !schemas.isEmpty else { return }
        var best: JSONSchemaResult?
        var fitting = 0
        for position in schemas {
            let attempt = try self.result(position, value, place.deeper)
            if attempt.isValid {
                fitting += 1
            } else if fitting == 0, best.map({ attempt.score > $0.score }) ?? true {
                best = attempt
            }
        }
        guard fitting != 1 else { return }
        result.add("number_one_of", place, "Must validate one and only one schema (oneOf)")
        if fitting == 0, let best { result.merge(best) }
    }

    private func dependenciesFit(
        _ subschema: JSONSchema.Subschema, _ entries: [Value.ObjectEntry], _ value: Value, _ place: JSONSchemaPlace, _ result: inout JSONSchemaResult
    ) throws(BuiltinError) {
        guard !subschema.dependencies.isEmpty else { return }
        for entry in entries {
            switch subschema.dependencies[entry.key.schemaText] {
            case .members(let names):
                for name in names where value[name] == nil { result.add("missing_dependency", place, "Has a dependency on \(name)") }
            case .schema(let position): try apply(position, value, place.deeper, &result)
            case nil: continue
            }
        }
    }

    // MARK: Arrays

    private func elementsFit(_ subschema: JSONSchema.Subschema, _ elements: [Value], _ place: JSONSchemaPlace, _ result: inout JSONSchemaResult) throws(BuiltinError) {
        func merge(_ position: Int, _ element: Int) throws(BuiltinError) {
            result.merge(try self.result(position, elements[element], place.member(String(element))))
        }
        switch subschema.items {
        case nil: break
        case .each(let position): for element in elements.indices { try merge(position, element) }
        case .list(let positions):
            for (element, position) in zip(elements.indices, positions) { try merge(position, element) }
            guard !positions.isEmpty, positions.count < elements.count else { break }
            switch subschema.additionalItems {
            case .allowed: break
            case .forbidden: result.add("array_no_additional_items", place, "No additional items allowed on array")
            case .schema(let position): for element in positions.count..<elements.count { try merge(position, element) }
            }
        }
        if let least = subschema.minItems, elements.count < least { result.add("array_min_items", place, "Array must have at least \(least) items") }
        if let most = subschema.maxItems, elements.count > most { result.add("array_max_items", place, "Array must have at most \(most) items") }
        if subschema.uniqueItems { elementsDiffer(elements, place, &result) }
        if let contained = subschema.contains { try contains(contained, elements, place, &result) }
        result.passed()
    }

    private func elementsDiffer(_ elements: [Value], _ place: JSONSchemaPlace, _ result: inout JSONSchemaResult) {
        var seen: [String: Int] = [:]
        for (position, element) in elements.enumerated() {
            if let earlier = seen.updateValue(position, forKey: element.schemaComparisonText) {
                result.add("unique", place, "array items[\(earlier),\(position)] must be unique")
            }
        }
    }

    private func contains(_ position: Int, _ elements: [Value], _ place: JSONSchemaPlace, _ result: inout JSONSchemaResult) throws(BuiltinError) {
        var best: JSONSchemaResult?
        for (number, element) in elements.enumerated() {
            let attempt = try self.result(position, element, place.member(String(number)))
            if attempt.isValid { return }
            if best.map({ attempt.score > $0.score }) ?? true { best = attempt }
        }
        result.add("contains", place, "At least one of the items must match")
        if let best { result.merge(best) }
    }

    // MARK: Objects

    private func membersFit(_ subschema: JSONSchema.Subschema, _ entries: [Value.ObjectEntry], _ place: JSONSchemaPlace, _ result: inout JSONSchemaResult) throws(BuiltinError) {
        if let least = subschema.minProperties, entries.count < least { result.add("array_min_properties", place, "Must have at least \(least) properties") }
        if let most = subschema.maxProperties, entries.count > most { result.add("array_max_properties", place, "Must have at most \(most) properties") }
        let names = Set(entries.map(\.key.schemaText))
        for name in subschema.required {
            if names.contains(name) { result.passed() } else { result.add("required", place, "\(name) is required") }
        }
        for entry in entries {
            let name = entry.key.schemaText
            var isDescribed = false
            for (pattern, position) in subschema.patternProperties where pattern.matches(name) {
                isDescribed = true
                result.merge(try self.result(position, entry.value, place.member(name)))
            }
            if isDescribed { result.passed() }
            guard !isDescribed, !subschema.properties.contains(where: { $0.name == name }) else { continue }
            switch subschema.additionalProperties {
            case .allowed: continue
            case .forbidden: result.add("additional_property_not_allowed", place, "Additional property \(name) is not allowed")
            case .schema(let position): result.merge(try self.result(position, entry.value, place.member(name)))
            }
        }
        if let position = subschema.propertyNames {
            for entry in entries {
                let attempt = try self.result(position, .string(entry.key.schemaText), place.deeper)
                guard !attempt.isValid else { continue }
                result.add("invalid_property_name", place, "Property name of \"\(entry.key.schemaText)\" does not match")
                result.merge(attempt)
            }
        }
        result.passed()
    }
}
