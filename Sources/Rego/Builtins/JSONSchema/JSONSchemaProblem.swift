/// One way in which a document does not fit a schema.
struct JSONSchemaProblem: Sendable {
    /// The kind, such as `invalid_type`.
    let type: String
    /// Names and positions from the root, joined by dots; `(Root)` for the root itself.
    let field: String
    let text: String

    var document: Value {
        ["desc": .string(text), "error": .string("\(field): \(text)"), "field": .string(field), "type": .string(type)]
    }
}

/// The problems of a validation, and how close the document came to fit: a higher score is closer.
struct JSONSchemaResult {
    private(set) var problems: [JSONSchemaProblem] = []
    private(set) var score = 0

    var isValid: Bool { problems.isEmpty }

    mutating func add(_ type: String, _ place: JSONSchemaPlace, _ text: String) {
        problems.append(JSONSchemaProblem(type: type, field: place.field, text: text))
        score -= 2
    }

    mutating func merge(_ other: JSONSchemaResult) {
        problems += other.problems
        score += other.score
    }

    mutating func passed() { score += 1 }
}

/// Where in the document a value stands.
struct JSONSchemaPlace {
    private let path: [String]
    let depth: Int

    static let root = JSONSchemaPlace(path: [], depth: 0)

    private init(path: [String], depth: Int) {
        self.path = path
        self.depth = depth
    }

    func member(_ name: String) -> JSONSchemaPlace { JSONSchemaPlace(path: path + [name], depth: depth + 1) }
    /// The same place, one schema further.
    var deeper: JSONSchemaPlace { JSONSchemaPlace(path: path, depth: depth + 1) }

    var field: String { path.isEmpty ? "(Root)" : path.joined(separator: ".") }
}
