/// A type of Rego's type system: what built-ins declare and the type checker infers.
public indirect enum RegoType: Sendable, Hashable {
    case null, boolean, number, string
    /// Elements known one by one, then any number of `rest` elements.
    case array([RegoType], rest: RegoType?)
    case set(RegoType)
    /// Fields in the order of their keys, then any number of `keys` with `values`.
    case object([Field], keys: RegoType?, values: RegoType?)
    /// Any value at all.
    case any
    /// One of several types, in order and without repetition.
    case union([RegoType])
    /// A function; without a result, it gives no value.
    case function([RegoType], result: RegoType?)
    /// No value: what `print` gives.
    case void
    /// Not known yet: the type of a variable that nothing has bound.
    case unknown

    public struct Field: Sendable, Hashable {
        public var key: Value
        public var type: RegoType
        public init(key: Value, type: RegoType) {
            self.key = key
            self.type = type
        }
    }

    static func array(of element: RegoType) -> RegoType { .array([], rest: element) }
    static func array(_ elements: RegoType...) -> RegoType { .array(elements, rest: nil) }
    static func set(of member: RegoType) -> RegoType { .set(member) }
    /// An object of any keys and values of these types.
    static func object(_ keys: RegoType = .any, _ values: RegoType = .any) -> RegoType { .object([], keys: keys, values: values) }
    static func object(_ fields: KeyValuePairs<String, RegoType>, keys: RegoType? = nil, values: RegoType? = nil) -> RegoType {
        .object(fields.map { Field(key: .string($0.key), type: $0.value) }.sorted { $0.key < $1.key }, keys: keys, values: values)
    }
    static func anyOf(_ types: RegoType...) -> RegoType { .oneOf(types) }
}

extension RegoType: CustomStringConvertible {
    /// What stands for a type that is not known.
    static let unknownText = "???"

    /// OPA's text form: `array<number>[string]`, `object[string: any]`, `any<number, string>`.
    public var description: String {
        switch self {
        case .null: return "null"
        case .boolean: return "boolean"
        case .number: return "number"
        case .string: return "string"
        case .any: return "any"
        case .void: return "void"
        case .unknown: return Self.unknownText
        case .array(let elements, let rest):
            let known = elements.isEmpty ? "" : "<\(elements.map(\.description).joined(separator: ", "))>"
            return "array\(known)\(rest.map { "[\($0)]" } ?? "")"
        case .set(let member): return "set[\(member)]"
        case .object(let fields, let keys, let values):
            let known = fields.isEmpty ? "" : "<\(fields.map { "\($0.key.goText): \($0.type)" }.joined(separator: ", "))>"
            guard let keys, let values else { return "object\(known)" }
            return "object\(known)[\(keys): \(values)]"
        case .union(let types): return "any<\(types.map(\.description).joined(separator: ", "))>"
        case .function(let arguments, let result):
            return "(\(arguments.map(\.description).joined(separator: ", "))) => \(result?.description ?? Self.unknownText)"
        }
    }
}

extension Value {
    /// The value as Go prints it: strings bare, elements with a space between them.
    fileprivate var goText: String {
        switch self {
        case .null: "<nil>"
        case .string(let text): text
        case .array(let elements), .set(let elements): "[\(elements.map(\.goText).joined(separator: " "))]"
        case .object(let entries): "map[\(entries.map { "\($0.key.goText):\($0.value.goText)" }.joined(separator: " "))]"
        default: regoText
        }
    }
}
