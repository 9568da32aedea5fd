/// Types by reference: those of rules, or those of a body's variables.
struct TypeTree: Sendable {
    enum Key: Hashable, Sendable {
        case variable(String)
        case constant(Value)
    }

    private struct Node {
        var type: RegoType?
        var children: [Key: Int] = [:]
    }

    private var nodes: [Node] = [Node()]

    static let root = 0

    func type(of node: Int) -> RegoType? { nodes[node].type }
    func child(_ key: Key, of node: Int) -> Int? { nodes[node].children[key] }

    func children(of node: Int) -> [(key: Key, node: Int)] {
        nodes[node].children.map { (key: $0.key, node: $0.value) }.sorted { Self.precedes($0.key, $1.key) }
    }

    private static func precedes(_ a: Key, _ b: Key) -> Bool {
        switch (a, b) {
        case (.constant(let left), .constant(let right)): Value.order(left, right) < 0
        case (.variable(let left), .variable(let right)): left < right
        case (.constant, .variable): true
        case (.variable, .constant): false
        }
    }

    private mutating func makeChild(_ key: Key, of node: Int) -> Int {
        if let child = nodes[node].children[key] { return child }
        nodes.append(Node())
        nodes[node].children[key] = nodes.count - 1
        return nodes.count - 1
    }

    mutating func put(_ type: RegoType, at path: [Key]) {
        let node = path.reduce(Self.root) { makeChild($1, of: $0) }
        nodes[node].type = type
    }

    /// Adds a rule's type: objects on the way take it in, and an object takes in what is below it.
    mutating func insert(_ type: RegoType, at path: [Key], keyTypes: [RegoType]) {
        var node = Self.root
        for (position, key) in path.enumerated() {
            node = makeChild(key, of: node)
            if position + 1 < path.count, case .object? = nodes[node].type {
                nodes[node].type = nodes[node].type?.inserting(type, at: keyTypes[(position + 1)...])
            }
        }
        nodes[node].type = (nodes[node].type ?? .unknown).merged(with: type)
        guard case .object = type, case .object? = nodes[node].type else { return }
        for (path, leaf) in leaves(below: node, []) { nodes[node].type = nodes[node].type?.inserting(leaf, at: path[...]) }
    }

    private func leaves(below node: Int, _ path: [RegoType]) -> [(path: [RegoType], type: RegoType)] {
        children(of: node).flatMap { key, child in
            let keyType: RegoType = if case .constant(let value) = key { RegoType(of: value) } else { .any }
            if let type = nodes[child].type { return [(path + [keyType], type)] }
            return leaves(below: child, path + [keyType])
        }
    }
}
