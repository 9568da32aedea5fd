import Yams

extension Value {
    /// Reads YAML text; its first document counts.
    public init(yaml text: String) throws {
        self = try Yams.compose(yaml: text).map { Value(yaml: $0) } ?? .null
    }

    /// A YAML node as JSON would say it: keys become strings, tags decide between text, numbers and booleans.
    package init(yaml node: Node) {
        switch node {
        case .scalar(let scalar):
            let tag = node.tag.rawValue
            if tag == Tag.Name.null.rawValue {
                self = .null
            } else if tag == Tag.Name.bool.rawValue, let boolean = Bool.construct(from: scalar) {
                self = .boolean(boolean)
            } else if tag == Tag.Name.int.rawValue, let integer = Int.construct(from: scalar) {
                self = .number(Number(integer))
            } else if tag == Tag.Name.int.rawValue, let number = Number(literal: scalar.string) {
                self = .number(number)
            } else if tag == Tag.Name.float.rawValue, let number = Number(literal: scalar.string) ?? Double.construct(from: scalar).flatMap({ Number($0) }) {
                self = .number(number)
            } else {
                self = .string(scalar.string)
            }
        case .sequence(let sequence): self = .array(sequence.map { Value(yaml: $0) })
        case .mapping(let mapping):
            self = Value.makeObject(mapping.map { entry in
                let key = Value(yaml: entry.key)
                if case .string = key { return (key, Value(yaml: entry.value)) }
                return (.string(key.regoText), Value(yaml: entry.value))
            })
        case .alias: self = .null
        }
    }
}

extension Value {
    /// YAML text in block style, keys in order.
    func yaml() throws -> String {
        try Yams.serialize(node: yamlNode, allowUnicode: true, sortKeys: false)
    }

    private var yamlNode: Node {
        switch self {
        case .null: return Node("null", Tag(.null))
        case .boolean(let boolean): return Node(boolean ? "true" : "false", Tag(.bool))
        case .number(let number): return Node(number.text, Tag(number.isInteger ? .int : .float))
        case .string(let text):
            // Text that YAML would read as something else is quoted.
            let plain = Node(text)
            let needsQuotes = plain.tag.rawValue != Tag.Name.str.rawValue || text.isEmpty || Resolver.default.resolveTag(of: plain) != .str
            return Node(text, Tag(.str), needsQuotes ? .doubleQuoted : .any)
        case .array(let elements), .set(let elements): return Node(elements.map(\.yamlNode), Tag(.seq), elements.isEmpty ? .flow : .block)
        case .object(let entries):
            return Node(entries.map { entry in
                let key: Node = if case .string = entry.key { entry.key.yamlNode } else { Node(String(decoding: entry.key.json(), as: UTF8.self), Tag(.str)) }
                return (key, entry.value.yamlNode)
            }, Tag(.map), entries.isEmpty ? .flow : .block)
        }
    }
}
