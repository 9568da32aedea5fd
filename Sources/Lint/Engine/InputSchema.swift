import Rego

/// The part of a JSON Schema that says which fields there are.
public struct InputSchema: Sendable {
    private let root: Value

    public init(_ document: Value) { root = document }

    /// The first key of a path that the schema does not allow; nil where all may be there. A nil key stands for any.
    func firstUnknown(in path: [String?]) -> Int? {
        var schemas = [root]
        for (position, key) in path.enumerated() {
            var next: [Value] = []
            var isOpen = false
            for schema in schemas.flatMap({ alternatives($0, depth: 0) }) {
                switch step(schema, key) {
                case .open: isOpen = true
                case .schemas(let found): next += found
                }
            }
            if isOpen { return nil }
            if next.isEmpty { return position }
            schemas = next
        }
        return nil
    }

    private enum Step {
        /// Nothing is said about what is below.
        case open
        case schemas([Value])
    }

    private func step(_ schema: Value, _ key: String?) -> Step {
        guard case .object = schema else { return schema == .boolean(false) ? .schemas([]) : .open }
        let properties = schema["properties"], items = schema["items"], additional = schema["additionalProperties"]
        if properties == nil, items == nil, additional == nil, schema["patternProperties"] == nil {
            return isScalar(schema) ? .schemas([]) : .open
        }
        if schema["patternProperties"] != nil { return .open }
        var found: [Value] = []
        if let key, let property = properties?[key] { return .schemas([property]) }
        if let items, key == nil || key.flatMap(Int.init) != nil { found.append(items) }
        if key == nil, case .object(let entries)? = properties { found += entries.map(\.value) }
        if let additional, additional != .boolean(false) {
            if additional == .boolean(true) { return .open }
            found.append(additional)
        }
        return .schemas(found)
    }

    private func isScalar(_ schema: Value) -> Bool {
        guard case .string(let type)? = schema["type"] else { return false }
        return ["string", "number", "integer", "boolean", "null"].contains(type)
    }

    /// The schema with references followed, or what it is made of.
    private func alternatives(_ schema: Value, depth: Int) -> [Value] {
        guard depth < 16 else { return [.boolean(true)] }
        if case .string(let target)? = schema["$ref"] {
            return resolved(target).map { alternatives($0, depth: depth + 1) } ?? [.boolean(true)]
        }
        for word in ["anyOf", "oneOf", "allOf"] {
            if case .array(let parts)? = schema[word] {
                let own = schema["properties"] == nil ? [] : [schema]
                return own + parts.flatMap { alternatives($0, depth: depth + 1) }
            }
        }
        return [schema]
    }

    private func resolved(_ target: String) -> Value? {
        guard target.hasPrefix("#") else { return nil }
        var value: Value? = root
        for key in target.dropFirst().split(separator: "/") { value = value?[String(key)] }
        return value
    }
}
