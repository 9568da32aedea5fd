/// All rules by the constant part of their references.
struct RuleTree: Sendable {
    struct Node: Sendable {
        var children: [Value: Int] = [:]
        /// Positions in `rules`.
        var rules: [Int] = []
    }

    /// With their references below `data`; branches of `else` are not among them.
    var rules: [CompiledRule]
    private(set) var nodes: [Node] = [Node()]

    init(_ rules: [CompiledRule]) {
        self.rules = rules
        for (position, rule) in rules.enumerated() { nodes[insert(rule.constantPath)].rules.append(position) }
    }

    private mutating func insert(_ path: [Value]) -> Int {
        var node = 0
        for key in path {
            if let child = nodes[node].children[key] {
                node = child
            } else {
                nodes.append(Node())
                nodes[node].children[key] = nodes.count - 1
                node = nodes.count - 1
            }
        }
        return node
    }

    func find(_ path: some Sequence<Value>) -> Int? {
        var node = 0
        for key in path {
            guard let child = nodes[node].children[key] else { return nil }
            node = child
        }
        return node
    }

    /// The rules of exactly this reference.
    func rules(at path: [String]) -> [CompiledRule] {
        find(path.map { .string($0) }).map { nodes[$0].rules.map { rules[$0] } } ?? []
    }

    func sortedChildren(of node: Int) -> [(key: Value, node: Int)] {
        nodes[node].children.sorted { Value.order($0.key, $1.key) < 0 }.map { (key: $0.key, node: $0.value) }
    }

    /// The rules at a node and below it.
    func allRules(below node: Int) -> [Int] {
        nodes[node].rules + sortedChildren(of: node).flatMap { allRules(below: $0.node) }
    }

    /// The rules that a reference below `data` may ask for. A part that is not constant stands for every key.
    func rules(referredBy path: ArraySlice<Term>, from node: Int = 0) -> [Int] {
        guard let key = path.first else { return allRules(below: node) }
        guard let constant = PlanScope.constantValue(of: key) else {
            return nodes[node].rules + sortedChildren(of: node).flatMap { rules(referredBy: path.dropFirst(), from: $0.node) }
        }
        return nodes[node].rules + (nodes[node].children[constant].map { rules(referredBy: path.dropFirst(), from: $0) } ?? [])
    }
}

extension CompiledRule {
    /// The keys below `data` up to the first that is not constant.
    var constantPath: [Value] {
        path.map { .string($0) } + dynamicPath.prefix { $0.isScalar }.compactMap { PlanScope.constantValue(of: $0) }
    }

    /// The constant keys, other than names, of documents that are there even where nothing is in them; as in OPA, whose rules are in a tree by their constant keys.
    var openedKeys: [Term] {
        let constant = dynamicPath.prefix { $0.isScalar }
        return Array(isSingleValue && isGroundReference ? constant.dropLast() : constant)
    }

    var isGroundReference: Bool { dynamicPath.allSatisfy(\.isScalar) }

    /// One value, not a set that rules add to.
    var isSingleValue: Bool { key == nil }

    /// The reference as messages have it.
    func referenceText(_ localNames: [String: String]) -> String {
        let keys = path.map { Term(.string($0)) } + dynamicPath
        return Ref(head: Term(.variable("data")), path: keys.map { $0.renaming(localNames) }).description
    }
}

extension Term {
    var isScalar: Bool {
        switch kind {
        case .null, .boolean, .number, .string: true
        default: false
        }
    }
}
