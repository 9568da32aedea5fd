import Rego

/// A place in a JSON document (RFC 6901).
public struct JSONPointer: Sendable, Hashable, CustomStringConvertible {
    public let keys: [String]

    /// Nil where the text does not begin with a slash.
    public init?(_ text: String) {
        guard text.hasPrefix("/") else { return nil }
        keys = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map { String($0).replacing("~1", with: "/").replacing("~0", with: "~") }
    }

    init(keys: [String]) { self.keys = keys }

    public var description: String { keys.map { "/" + $0.replacing("~", with: "~0").replacing("/", with: "~1") }.joined() }

    /// Nil where there is nothing.
    func value(in document: Value) -> Value? {
        keys.reduce(document as Value?) { value, key in
            switch value {
            case .object: value?[key]
            case .array(let elements): Int(key).flatMap { elements.indices.contains($0) ? elements[$0] : nil }
            default: nil
            }
        }
    }

    /// The document with another value there; as it is where there is nothing.
    func replacing(in document: Value, _ change: (Value) throws -> Value) rethrows -> Value { try Self.replace(keys[...], document, change) }

    private static func replace(_ keys: ArraySlice<String>, _ value: Value, _ change: (Value) throws -> Value) rethrows -> Value {
        guard let key = keys.first else { return try change(value) }
        switch value {
        case .object(let entries):
            return .object(try entries.map { entry in
                entry.key == .string(key) ? .init(key: entry.key, value: try replace(keys.dropFirst(), entry.value, change)) : entry
            })
        case .array(var elements):
            guard let index = Int(key), elements.indices.contains(index) else { return value }
            elements[index] = try replace(keys.dropFirst(), elements[index], change)
            return .array(elements)
        default: return value
        }
    }
}
