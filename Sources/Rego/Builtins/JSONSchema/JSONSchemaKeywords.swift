/// The members of a schema, with the checks of those that hold no schemas themselves.
struct JSONSchemaKeywords {
    private let entries: [String: Value]

    init(_ entries: [Value.ObjectEntry]) {
        self.entries = Dictionary(entries.map { ($0.key.schemaText, $0.value) }, uniquingKeysWith: { $1 })
    }

    subscript(keyword: String) -> Value? { entries[keyword] }

    func text(_ keyword: String) throws(JSONSchemaError) -> String? {
        switch entries[keyword] {
        case nil: return nil
        case .string(let text): return text
        case .some: throw .invalidType(expected: "string", given: keyword)
        }
    }

    func array(_ keyword: String) throws(JSONSchemaError) -> [Value] {
        switch entries[keyword] {
        case nil: return []
        case .array(let elements): return elements
        case .some: throw .mustBe(keyword, ofAn: "array")
        }
    }

    func types() throws(JSONSchemaError) -> [String] {
        let refusal = JSONSchemaError.invalidType(expected: "type", given: "string/Array Of Strings")
        let names: [Value]
        switch entries["type"] {
        case nil: return []
        case .string(let name): names = [.string(name)]
        case .array(let several): names = several
        case .some: throw refusal
        }
        var types: [String] = []
        for name in names {
            guard case .string(let type) = name else { throw refusal }
            guard JSONSchema.typeNames.contains(type) else {
                throw JSONSchemaError("has a primitive type that is NOT VALID -- given: /\(type)/ Expected valid values are:[\(JSONSchema.typeNames.joined(separator: " "))]")
            }
            guard !types.contains(type) else { throw JSONSchemaError("\(type) type is duplicated") }
            types.append(type)
        }
        return types
    }

    /// A count, such as `minLength`. As in OPA, `1.0` is none.
    private func count(_ keyword: String) throws(JSONSchemaError) -> Int? {
        guard let value = entries[keyword] else { return nil }
        guard case .number(let number) = value, let integer = Int(number.text) else { throw .mustBe(keyword, ofAn: "integer") }
        guard integer >= 0 else { throw JSONSchemaError("\(keyword) must be greater than or equal to 0") }
        return integer
    }

    // MARK: Numbers

    private func bound(_ keyword: String) throws(JSONSchemaError) -> Number? {
        guard let value = entries[keyword] else { return nil }
        guard case .number(let number) = value else { throw .mustBe(keyword, ofA: "Number") }
        return number
    }

    func numbers(_ draft: JSONSchema.Draft, _ result: inout JSONSchema.Subschema) throws(JSONSchemaError) {
        if let multiple = entries["multipleOf"] {
            guard case .number(let number) = multiple else { throw .invalidType(expected: "Number", given: "multipleOf") }
            guard number > Number(0) else { throw JSONSchemaError("multipleOf must be strictly greater than 0") }
            result.multipleOf = number
        }
        result.minimum = try bound("minimum")
        try exclusive("exclusiveMinimum", "minimum", draft, &result.minimum, &result.exclusiveMinimum)
        result.maximum = try bound("maximum")
        try exclusive("exclusiveMaximum", "maximum", draft, &result.maximum, &result.exclusiveMaximum)
    }

    /// Draft 4 has a flag that makes the bound exclusive, later drafts a bound of its own.
    private func exclusive(
        _ keyword: String, _ boundKeyword: String, _ draft: JSONSchema.Draft, _ bound: inout Number?, _ exclusive: inout Number?
    ) throws(JSONSchemaError) {
        switch entries[keyword] {
        case nil: return
        case .boolean(let flag) where draft == .draft4 || draft == .any:
            guard flag else { return }
            guard bound != nil else { throw JSONSchemaError("\(keyword) cannot be used without \(boundKeyword)") }
            exclusive = bound
            bound = nil
        case .number(let number) where draft != .draft4: exclusive = number
        case .some:
            let expected =
                switch draft {
                case .draft4: "boolean"
                case .any: "boolean/number"
                case .draft6, .draft7: "number"
                }
            throw .invalidType(expected: expected, given: keyword)
        }
    }

    // MARK: Text

    func lengths(_ result: inout JSONSchema.Subschema) throws(JSONSchemaError) {
        result.minLength = try count("minLength")
        result.maxLength = try count("maxLength")
        if let least = result.minLength, let most = result.maxLength, least > most { throw JSONSchemaError("minLength cannot be greater than maxLength") }
        if let text = try text("pattern") {
            guard let pattern = JSONSchema.Pattern(text) else { throw JSONSchemaError("pattern must be a valid regex") }
            result.pattern = pattern
        }
        result.format = try text("format")
    }

    // MARK: Objects and arrays

    func members(_ result: inout JSONSchema.Subschema) throws(JSONSchemaError) {
        result.minProperties = try count("minProperties")
        result.maxProperties = try count("maxProperties")
        if let least = result.minProperties, let most = result.maxProperties, least > most {
            throw JSONSchemaError("minProperties cannot be greater than maxProperties")
        }
        for name in try array("required") {
            guard case .string(let text) = name else { throw .invalidType(expected: "string", given: "required") }
            guard !result.required.contains(text) else { throw JSONSchemaError("required items must be unique") }
            result.required.append(text)
        }
    }

    func elements(_ result: inout JSONSchema.Subschema) throws(JSONSchemaError) {
        result.minItems = try count("minItems")
        result.maxItems = try count("maxItems")
        switch entries["uniqueItems"] {
        case nil: break
        case .boolean(let flag): result.uniqueItems = flag
        case .some: throw .mustBe("uniqueItems", ofA: "boolean")
        }
    }

    // MARK: Any value

    func values(_ draft: JSONSchema.Draft, _ result: inout JSONSchema.Subschema) throws(JSONSchemaError) {
        if draft >= .draft6 { result.constant = entries["const"]?.schemaComparisonText }
        var texts: Set<String> = []
        for value in try array("enum") {
            let text = value.schemaComparisonText
            guard texts.insert(text).inserted else { throw JSONSchemaError("enum items must be unique") }
            result.enumeration.append(text)
        }
    }
}
