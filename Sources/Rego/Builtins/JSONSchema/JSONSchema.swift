/// A JSON Schema (drafts 4, 6 and 7), ready to validate documents.
///
/// Subschemas refer to each other by position, so that schemas which refer to themselves are values like any other.
struct JSONSchema: Sendable {
    /// What a draft changes is which keywords count.
    enum Draft: Int, Comparable, Sendable {
        case draft4, draft6, draft7
        /// No `$schema` names a draft: the keywords of all drafts count.
        case any

        static func < (a: Draft, b: Draft) -> Bool { a.rawValue < b.rawValue }

        init(schemaAddress: String) {
            switch schemaAddress {
            case "http://json-schema.org/draft-04/schema", "http://json-schema.org/draft-04/schema#": self = .draft4
            case "http://json-schema.org/draft-06/schema", "http://json-schema.org/draft-06/schema#": self = .draft6
            case "http://json-schema.org/draft-07/schema", "http://json-schema.org/draft-07/schema#": self = .draft7
            default: self = .any
            }
        }
    }

    struct Pattern: Sendable {
        let text: String
        let expression: RegularExpression
    }

    /// What holds for elements and members that no other keyword describes.
    enum Additional: Sendable {
        case allowed
        case forbidden
        case schema(Int)
    }

    enum Items: Sendable {
        case each(Int)
        case list([Int])
    }

    enum Dependency: Sendable {
        case members([String])
        case schema(Int)
    }

    struct Subschema: Sendable {
        /// Set where the schema is `true` or `false`.
        var always: Bool?
        /// The schema that `$ref` names; nothing else counts then.
        var reference: Int?

        var types: [String] = []
        var constant: String?
        var enumeration: [String] = []
        var format: String?

        var multipleOf: Number?
        var minimum: Number?
        var exclusiveMinimum: Number?
        var maximum: Number?
        var exclusiveMaximum: Number?

        var minLength: Int?
        var maxLength: Int?
        var pattern: Pattern?

        var properties: [(name: String, schema: Int)] = []
        var additionalProperties = Additional.allowed
        var patternProperties: [(pattern: Pattern, schema: Int)] = []
        var propertyNames: Int?
        var dependencies: [String: Dependency] = [:]
        var required: [String] = []
        var minProperties: Int?
        var maxProperties: Int?

        var items: Items?
        var additionalItems = Additional.allowed
        var contains: Int?
        var minItems: Int?
        var maxItems: Int?
        var uniqueItems = false

        var oneOf: [Int] = []
        var anyOf: [Int] = []
        var allOf: [Int] = []
        var not: Int?
        var condition: Int?
        var consequence: Int?
        var alternative: Int?
    }

    /// The root stands first.
    var subschemas: [Subschema] = []

    subscript(position: Int) -> Subschema { subschemas[position] }

    static let typeNames = ["array", "boolean", "integer", "number", "null", "object", "string"]
}

/// Why a text or document is no schema, in OPA's words.
struct JSONSchemaError: Error {
    let message: String
    init(_ message: String) { self.message = message }

    static func invalidType(expected: String, given: String) -> JSONSchemaError { .init("Invalid type. Expected: \(expected), given: \(given)") }
    static func mustBe(_ keyword: String, ofA kind: String) -> JSONSchemaError { .init("\(keyword) must be of a \(kind)") }
    static func mustBe(_ keyword: String, ofAn kind: String) -> JSONSchemaError { .init("\(keyword) must be of an \(kind)") }
    static func mustBe(_ keyword: String, ofType type: String) -> JSONSchemaError { .init("\(keyword) must be of type \(type)") }
}
