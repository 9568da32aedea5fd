import Rego
import Yams

/// A value of a configuration file that knows its line.
struct ConfigurationNode: Sendable {
    indirect enum Content: Sendable {
        case scalar(Value)
        case list([ConfigurationNode])
        /// In the order of the file.
        case map([(key: String, node: ConfigurationNode)])
    }

    var content: Content
    /// 1-based; nil where the value comes from the command line.
    var line: Int?

    init(_ content: Content, line: Int? = nil) {
        self.content = content
        self.line = line
    }

    init(_ node: Node) throws {
        line = node.mark?.line
        switch node {
        case .mapping(let mapping): content = .map(try Self.entries(mapping))
        case .sequence(let sequence): content = .list(try sequence.map { try ConfigurationNode($0) })
        case .scalar, .alias: content = .scalar(try Value(yaml: node))
        }
    }

    /// What a merge key (`<<`) names comes first, and gives way to keys of the map itself.
    private static func entries(_ mapping: Node.Mapping) throws -> [(key: String, node: ConfigurationNode)] {
        var merged: [(key: String, node: ConfigurationNode)] = []
        var own: [(key: String, node: ConfigurationNode)] = []
        for entry in mapping {
            if entry.key.tag.rawValue == Tag.Name.merge.rawValue, case .map(let entries) = try ConfigurationNode(entry.value).content {
                merged += entries
            } else {
                own.append((try entry.key.scalar?.string ?? Value(yaml: entry.key).regoText, try ConfigurationNode(entry.value)))
            }
        }
        return merged.filter { candidate in !own.contains { $0.key == candidate.key } } + own
    }

    /// What stands below a key; nil where this is no map.
    subscript(key: String) -> ConfigurationNode? {
        guard case .map(let entries) = content else { return nil }
        return entries.last { $0.key == key }?.node
    }

    var value: Value {
        switch content {
        case .scalar(let value): value
        case .list(let nodes): .array(nodes.map(\.value))
        case .map(let entries): .makeObject(entries.map { (.string($0.key), $0.node.value) })
        }
    }

    var isNull: Bool {
        if case .scalar(.null) = content { true } else { false }
    }

    /// What the value is, for messages.
    var kind: String {
        switch content {
        case .scalar(.null): "nothing"
        case .scalar(.boolean): "true or false"
        case .scalar(.number): "a number"
        case .scalar: "text"
        case .list: "a list"
        case .map: "a map"
        }
    }

    /// Maps are joined key by key; elsewhere the other value wins.
    func overridden(by other: ConfigurationNode) -> ConfigurationNode {
        guard case .map(var entries) = content, case .map(let others) = other.content else { return other }
        for (key, node) in others {
            if let position = entries.firstIndex(where: { $0.key == key }) {
                entries[position].node = entries[position].node.overridden(by: node)
            } else {
                entries.append((key, node))
            }
        }
        return ConfigurationNode(.map(entries), line: line)
    }
}
