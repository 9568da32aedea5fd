/// A value as Go's templates see it: data came from JSON, so that a number of the data is a kind of text, not an integer.
enum TemplateValue: Sendable {
    /// What a missing key gives.
    case missing
    case null
    case boolean(Bool)
    case integer(Int)
    case float(Double)
    case string(String)
    /// A number of the data: text that is written without quotes.
    case number(String)
    case list([Value])
    case map([Value.ObjectEntry])

    init(_ value: Value) {
        switch value {
        case .null: self = .null
        case .boolean(let boolean): self = .boolean(boolean)
        case .number(let number): self = .number(number.text)
        case .string(let text): self = .string(text)
        case .array(let elements), .set(let elements): self = .list(elements)
        case .object(let entries): self = .map(entries)
        }
    }

    /// A constant of a template; nil where the text is no number.
    init?(number token: TemplateLexer.Token) {
        if token.kind == .character {
            guard let text = GoLiteral.unquoted(token.text), text.unicodeScalars.count == 1, let scalar = text.unicodeScalars.first else { return nil }
            self = .integer(Int(scalar.value))
        } else if let integer = GoLiteral.integer(token.text) {
            self = .integer(integer)
        } else if let number = Double(token.text.replacing("_", with: "")) {
            self = .float(number)
        } else {
            return nil
        }
    }

    /// What `if` and `and` go by: empty things, zero and false are not true.
    var isTrue: Bool {
        switch self {
        case .missing, .null: false
        case .boolean(let boolean): boolean
        case .integer(let integer): integer != 0
        case .float(let double): double != 0
        case .string(let text), .number(let text): !text.isEmpty
        case .list(let elements): !elements.isEmpty
        case .map(let entries): !entries.isEmpty
        }
    }

    var isText: Bool {
        switch self {
        case .string, .number: true
        default: false
        }
    }

    /// Go's name of the type.
    var type: String {
        switch self {
        case .missing, .null: "<nil>"
        case .boolean: "bool"
        case .integer: "int"
        case .float: "float64"
        case .string: "string"
        case .number: "json.Number"
        case .list: "[]interface {}"
        case .map: "map[string]interface {}"
        }
    }

    /// As an action writes it.
    var actionText: String {
        switch self {
        case .missing, .null: "<no value>"
        default: text
        }
    }

    /// As `print` writes it.
    var text: String {
        switch self {
        case .missing, .null: "<nil>"
        case .boolean(let boolean): boolean ? "true" : "false"
        case .integer(let integer): String(integer)
        case .float(let double): Formatter.goFloat(double, "g", nil)
        case .string(let text), .number(let text): text
        case .list(let elements): "[\(elements.map { TemplateValue($0).text }.joined(separator: " "))]"
        case .map(let entries): "map[\(entries.map { "\($0.key.schemaText):\(TemplateValue($0.value).text)" }.joined(separator: " "))]"
        }
    }

    func member(_ name: String) -> TemplateValue? {
        guard case .map(let entries) = self, let entry = entries.first(where: { $0.key == .string(name) }) else { return nil }
        return TemplateValue(entry.value)
    }
}
