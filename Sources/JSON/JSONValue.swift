import CJansson

/// A JSON document as Jansson reads it.
public indirect enum JSONValue: Sendable, Hashable {
    case null
    case boolean(Bool)
    case integer(Int64)
    /// Also integers beyond 64 bits, as the nearest double.
    case real(Double)
    case string(String)
    case array([JSONValue])
    /// Keys as UTF-8; of equal keys in the text the last one counts. Swift's `String` would take keys that are canonically equivalent for one.
    case object([[UInt8]: JSONValue])

    /// Reads one document of any kind.
    public init(parsing bytes: UnsafeRawBufferPointer) throws(JSONProblem) {
        let document = try JSONProblem.load(bytes)
        defer { verdict_json_release(document) }
        self.init(document)
    }

    /// Jansson's depth limit bounds the recursion.
    private init(_ node: UnsafeMutablePointer<json_t>) {
        switch node.pointee.type {
        case JSON_OBJECT:
            var entries: [[UInt8]: JSONValue] = [:]
            var iterator = json_object_iter(node)
            while let current = iterator {
                let key = UnsafeRawBufferPointer(start: json_object_iter_key(current), count: json_object_iter_key_len(current))
                if let value = json_object_iter_value(current) { entries[Array(key)] = JSONValue(value) }
                iterator = json_object_iter_next(node, current)
            }
            self = .object(entries)
        case JSON_ARRAY:
            self = .array((0..<json_array_size(node)).compactMap { json_array_get(node, $0).map { JSONValue($0) } })
        case JSON_STRING:
            self = .string(String(decoding: UnsafeRawBufferPointer(start: json_string_value(node), count: json_string_length(node)), as: UTF8.self))
        case JSON_INTEGER: self = .integer(Int64(json_integer_value(node)))
        case JSON_REAL: self = .real(json_real_value(node))
        case JSON_TRUE: self = .boolean(true)
        case JSON_FALSE: self = .boolean(false)
        default: self = .null
        }
    }
}
