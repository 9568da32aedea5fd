/// Makes a `JSONSchema` of a document, with the checks and words of OPA's validator.
struct JSONSchemaCompiler {
    var schema = JSONSchema()
    private let references: JSONSchemaReferences
    /// Positions of the schemas that references were followed to, by absolute reference.
    private var known: [String: Int] = [:]
    private var depth = 0

    /// Schemas nested deeper than this are refused.
    static let depthLimit = 200

    static func compile(_ document: Value) throws(JSONSchemaError) -> JSONSchema {
        var draft = JSONSchema.Draft.any
        switch document {
        case .boolean: break
        case .object:
            if let address = document["$schema"] {
                guard case .string(let text) = address else { throw .mustBe("$schema", ofType: "string") }
                draft = JSONSchema.Draft(schemaAddress: text)
            }
        default: throw JSONSchemaError("schema is invalid")
        }
        var compiler = JSONSchemaCompiler(references: try JSONSchemaReferences(document, draft))
        try compiler.add(document, Scope(draft: draft, base: ""))
        return compiler.schema
    }

    private init(references: JSONSchemaReferences) { self.references = references }

    /// What a subschema inherits from the one around it.
    struct Scope {
        var draft: JSONSchema.Draft
        /// The absolute address that references are relative to.
        var base: String
    }

    /// Compiles a subschema and gives its position.
    @discardableResult
    mutating func add(_ document: Value, _ scope: Scope) throws(JSONSchemaError) -> Int {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthLimit else { throw JSONSchemaError("schema is nested more than \(Self.depthLimit) levels deep") }
        let position = schema.subschemas.count
        schema.subschemas.append(JSONSchema.Subschema())
        schema.subschemas[position] = try compiled(document, scope)
        return position
    }

    private mutating func compiled(_ document: Value, _ scope: Scope) throws(JSONSchemaError) -> JSONSchema.Subschema {
        var result = JSONSchema.Subschema()
        if case .boolean(let always) = document, scope.draft >= .draft6 {
            result.always = always
            return result
        }
        guard case .object(let entries) = document else { throw JSONSchemaError("Expected: Valid Schema, given: Invalid JSON") }
        let keywords = JSONSchemaKeywords(entries)
        var scope = scope
        if let id = try keywords.text(JSONSchemaReferences.idKeyword(keywords, scope.draft)) {
            scope.base = try JSONSchemaReferences.absolute(id, base: scope.base)
        }
        try definitions(keywords, scope)
        _ = try keywords.text("title")
        _ = try keywords.text("description")
        if let reference = try keywords.text("$ref") {
            result.reference = try follow(reference, scope)
            return result
        }
        result.types = try keywords.types()
        try properties(keywords, scope, &result)
        try items(keywords, scope, &result)
        try keywords.numbers(scope.draft, &result)
        try keywords.lengths(&result)
        try keywords.members(&result)
        try keywords.elements(&result)
        if scope.draft >= .draft6, let contained = keywords["contains"] { result.contains = try add(contained, scope) }
        try keywords.values(scope.draft, &result)
        try combinations(keywords, scope, &result)
        return result
    }

    private mutating func definitions(_ keywords: JSONSchemaKeywords, _ scope: Scope) throws(JSONSchemaError) {
        guard let definitions = keywords["definitions"] else { return }
        guard case .object(let entries) = definitions else { throw .invalidType(expected: "Array Of Schemas", given: "definitions") }
        for entry in entries {
            guard entry.value.isSchema else { throw .invalidType(expected: "Array Of Schemas", given: "definitions") }
            try add(entry.value, scope)
        }
    }

    /// The position of the schema that a reference names. It is known before it is compiled, for it may refer to itself.
    private mutating func follow(_ reference: String, _ scope: Scope) throws(JSONSchemaError) -> Int {
        let address = try JSONSchemaReferences.absolute(reference, base: scope.base)
        if let position = known[address] { return position }
        known[address] = schema.subschemas.count
        let target = try references.target(of: address)
        guard target.document.isSchema else { throw .mustBe("Valid Schema", ofType: "object") }
        return try add(target.document, Scope(draft: target.draft, base: address))
    }

    // MARK: Keywords with subschemas

    private mutating func additional(_ keyword: String, _ keywords: JSONSchemaKeywords, _ scope: Scope) throws(JSONSchemaError) -> JSONSchema.Additional {
        switch keywords[keyword] {
        case nil, .boolean(true): return .allowed
        case .boolean(false): return .forbidden
        case .some(let document):
            guard document.isSchema else { throw .invalidType(expected: "boolean/Valid Schema", given: keyword) }
            return .schema(try add(document, scope))
        }
    }

    private mutating func properties(_ keywords: JSONSchemaKeywords, _ scope: Scope, _ result: inout JSONSchema.Subschema) throws(JSONSchemaError) {
        if let properties = keywords["properties"] {
            guard case .object(let entries) = properties else { throw .mustBe("Properties", ofType: "object") }
            for entry in entries { result.properties.append((entry.key.schemaText, try add(entry.value, scope))) }
        }
        result.additionalProperties = try additional("additionalProperties", keywords, scope)
        if let patterns = keywords["patternProperties"] {
            guard case .object(let entries) = patterns else { throw .invalidType(expected: "Valid Schema", given: "patternProperties") }
            for entry in entries {
                let text = entry.key.schemaText
                guard let pattern = JSONSchema.Pattern(text) else { throw JSONSchemaError("Invalid regex pattern '\(text)'") }
                result.patternProperties.append((pattern, try add(entry.value, scope)))
            }
        }
        if scope.draft >= .draft6, let names = keywords["propertyNames"] {
            guard names.isSchema else { throw .invalidType(expected: "Valid Schema", given: "patternProperties") }
            result.propertyNames = try add(names, scope)
        }
        try dependencies(keywords, scope, &result)
    }

    private mutating func dependencies(_ keywords: JSONSchemaKeywords, _ scope: Scope, _ result: inout JSONSchema.Subschema) throws(JSONSchemaError) {
        guard let dependencies = keywords["dependencies"] else { return }
        guard case .object(let entries) = dependencies else { throw .mustBe("dependencies", ofType: "object") }
        let refusal = JSONSchemaError.mustBe("Dependency", ofType: "Schema Or Array Of Strings")
        for entry in entries {
            switch entry.value {
            case .array(let names):
                var members: [String] = []
                for name in names {
                    guard case .string(let text) = name else { throw refusal }
                    members.append(text)
                }
                result.dependencies[entry.key.schemaText] = .members(members)
            case .object, .boolean: result.dependencies[entry.key.schemaText] = .schema(try add(entry.value, scope))
            default: throw refusal
            }
        }
    }

    private mutating func items(_ keywords: JSONSchemaKeywords, _ scope: Scope, _ result: inout JSONSchema.Subschema) throws(JSONSchemaError) {
        if let items = keywords["items"] {
            let refusal = JSONSchemaError.invalidType(expected: "Valid Schema/Array Of Schemas", given: "items")
            if case .array(let documents) = items {
                guard documents.allSatisfy(\.isSchema) else { throw refusal }
                result.items = .list(try add(documents, scope))
            } else {
                guard items.isSchema else { throw refusal }
                result.items = .each(try add(items, scope))
            }
        }
        result.additionalItems = try additional("additionalItems", keywords, scope)
    }

    private mutating func add(_ documents: [Value], _ scope: Scope) throws(JSONSchemaError) -> [Int] {
        var positions: [Int] = []
        for document in documents { positions.append(try add(document, scope)) }
        return positions
    }

    private mutating func combinations(_ keywords: JSONSchemaKeywords, _ scope: Scope, _ result: inout JSONSchema.Subschema) throws(JSONSchemaError) {
        result.oneOf = try add(try keywords.array("oneOf"), scope)
        result.anyOf = try add(try keywords.array("anyOf"), scope)
        result.allOf = try add(try keywords.array("allOf"), scope)
        result.not = try single("not", keywords, scope)
        guard scope.draft >= .draft7 else { return }
        result.condition = try single("if", keywords, scope)
        result.consequence = try single("then", keywords, scope)
        result.alternative = try single("else", keywords, scope)
    }

    private mutating func single(_ keyword: String, _ keywords: JSONSchemaKeywords, _ scope: Scope) throws(JSONSchemaError) -> Int? {
        guard let document = keywords[keyword] else { return nil }
        guard document.isSchema else { throw .mustBe(keyword, ofAn: "object") }
        return try add(document, scope)
    }
}

extension Value {
    /// Objects and booleans can be schemas.
    fileprivate var isSchema: Bool {
        switch self {
        case .object, .boolean: true
        default: false
        }
    }

    /// A key as text.
    var schemaText: String {
        if case .string(let text) = self { text } else { String(decoding: json(escapesHTML: false), as: UTF8.self) }
    }
}

extension JSONSchema.Pattern {
    /// Nil where the text is no regular expression.
    init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard let expression = try? bytes.withUnsafeBufferPointer({ (buffer) throws(BuiltinError) in try RegularExpression(buffer) }) else { return nil }
        self.init(text: text, expression: expression)
    }

    func matches(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return bytes.withUnsafeBufferPointer { expression.matches($0) }
    }
}
