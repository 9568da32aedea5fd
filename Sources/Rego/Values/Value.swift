/// A Rego value as callers see it: an ordinary, `Sendable` enum.
///
/// The engine computes with its own region values and converts at the boundary only.
public indirect enum Value: Sendable, Hashable {
    case null
    case boolean(Bool)
    case number(Number)
    case string(String)
    case array([Value])
    /// Members in Rego's order, without duplicates.
    case set([Value])
    /// Entries in Rego's order of their keys, without duplicates.
    case object([ObjectEntry])

    public struct ObjectEntry: Sendable, Hashable {
        public var key: Value
        public var value: Value
        public init(key: Value, value: Value) {
            self.key = key
            self.value = value
        }
    }
}

extension Value: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
    public init(stringLiteral text: String) { self = .string(text) }
    public init(booleanLiteral flag: Bool) { self = .boolean(flag) }
    public init(integerLiteral number: Int) { self = .number(Number(number)) }
    public init(arrayLiteral elements: Value...) { self = .array(elements) }
    public init(dictionaryLiteral entries: (Value, Value)...) { self = Value.makeObject(entries) }
}
