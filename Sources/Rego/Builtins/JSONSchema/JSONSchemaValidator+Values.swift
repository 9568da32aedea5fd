/// The checks of single values.
extension JSONSchemaValidator {
    func valueFits(_ subschema: JSONSchema.Subschema, _ value: Value, _ place: JSONSchemaPlace, _ result: inout JSONSchemaResult) {
        if let constant = subschema.constant, value.schemaComparisonText != constant {
            result.add("const", place, "\(place.field) does not match: \(constant)")
        }
        if !subschema.enumeration.isEmpty, !subschema.enumeration.contains(value.schemaComparisonText) {
            result.add("enum", place, "\(place.field) must be one of the following: \(subschema.enumeration.joined(separator: ", "))")
        }
        if let format = subschema.format, case .string(let text) = value, !JSONSchemaFormat.fits(text, format) {
            result.add("format", place, "Does not match format '\(format)'")
        }
        result.passed()
    }

    func textFits(_ subschema: JSONSchema.Subschema, _ text: String, _ place: JSONSchemaPlace, _ result: inout JSONSchemaResult) {
        let length = text.unicodeScalars.count
        if let least = subschema.minLength, length < least {
            result.add("string_gte", place, "String length must be greater than or equal to \(least)")
        }
        if let most = subschema.maxLength, length > most {
            result.add("string_lte", place, "String length must be less than or equal to \(most)")
        }
        if let pattern = subschema.pattern, !pattern.matches(text) {
            result.add("pattern", place, "Does not match pattern '\(pattern.text)'")
        }
        result.passed()
    }

    func numberFits(_ subschema: JSONSchema.Subschema, _ number: Number, _ place: JSONSchemaPlace, _ result: inout JSONSchemaResult) {
        func shown(_ bound: Number) -> String { Formatter.goFloat(bound.double, "g", nil) }
        if let multiple = subschema.multipleOf, !number.isMultiple(of: multiple) {
            result.add("multiple_of", place, "Must be a multiple of \(shown(multiple))")
        }
        if let bound = subschema.maximum, number > bound { result.add("number_lte", place, "Must be less than or equal to \(shown(bound))") }
        if let bound = subschema.exclusiveMaximum, number >= bound { result.add("number_lt", place, "Must be less than \(shown(bound))") }
        if let bound = subschema.minimum, number < bound { result.add("number_gte", place, "Must be greater than or equal to \(shown(bound))") }
        if let bound = subschema.exclusiveMinimum, number <= bound { result.add("number_gt", place, "Must be greater than \(shown(bound))") }
        result.passed()
    }
}

extension Value {
    /// The type in the words of JSON Schema. `1.0` is an integer.
    var schemaType: String {
        switch self {
        case .null: "null"
        case .boolean: "boolean"
        case .number(let number): number.isInteger ? "integer" : "number"
        case .string: "string"
        case .array, .set: "array"
        case .object: "object"
        }
    }

    /// Canonical JSON, equal where the values are: numbers as the doubles next to them.
    var schemaComparisonText: String { String(decoding: withDoubles.json(), as: UTF8.self) }

    private var withDoubles: Value {
        switch self {
        case .number(let number): number.integer == nil ? .number(Number(number.double) ?? number) : .number(number.integer.map { Number($0) } ?? number)
        case .array(let elements), .set(let elements): .array(elements.map(\.withDoubles))
        case .object(let entries): .object(entries.map { ObjectEntry(key: $0.key, value: $0.value.withDoubles) })
        default: self
        }
    }
}
