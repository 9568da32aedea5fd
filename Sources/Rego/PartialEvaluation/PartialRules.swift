/// The rules of a snapshot in the flat form that partial evaluation reads, found by reference.
final class PartialRules: Sendable {
    let tree: RuleTree
    private let rules: [PartialRule]
    let arities: FunctionArities

    /// The keys below each package's path and the paths above it: a package is there though it has no rules.
    private let packages: [[Value]: Set<Value>]

    init(_ flat: [CompiledRule], packages paths: [[String]], registry: BuiltinRegistry) {
        var packages: [[Value]: Set<Value>] = [:]
        for path in paths {
            let keys = path.map { Value.string($0) }
            for (position, key) in keys.enumerated() { packages[Array(keys[..<position]), default: []].insert(key) }
            packages[keys, default: []].formUnion([])
        }
        self.packages = packages
        tree = RuleTree(flat)
        rules = flat.map { PartialRule($0) }
        arities = FunctionArities(tree: tree, registry: registry)
    }

    subscript(position: Int) -> PartialRule { rules[position] }

    func isPackage(_ path: [Value]) -> Bool { packages[path] != nil }

    /// The keys below a path that lead to rules or packages, in order.
    func keys(below path: [Value], node: Int?) -> [Value] {
        let keys = node.map { Set(tree.nodes[$0].children.keys) } ?? []
        return keys.union(packages[path] ?? []).sorted()
    }

    /// The rules that give one document or function.
    struct Group {
        /// Places among all rules, without the default's.
        var rules: [Int] = []
        var defaultRule: Int?
        var isMultiValue = false
        /// One complete document: no reference has variables.
        var isComplete = true
        var hasElse = false

        var isEmpty: Bool { rules.isEmpty && defaultRule == nil }
    }

    /// The rules at a node of the tree. Where one has variables in its reference, those below belong to the same document.
    func group(at node: Int) -> Group {
        let own = tree.nodes[node].rules
        let isGround = own.allSatisfy { rules[$0].hasGroundReference }
        var group = Group()
        for position in isGround ? own : tree.allRules(below: node) {
            let rule = rules[position]
            if rule.isDefault { group.defaultRule = position } else { group.rules.append(position) }
            if rule.isMultiValue { group.isMultiValue = true }
            if !rule.elseBranches.isEmpty { group.hasElse = true }
        }
        group.rules.sort()
        group.isComplete = isGround && !group.isMultiValue
        return group
    }

    /// The rules of a function, by its name with `data` in front.
    func function(_ name: [String]) -> Group? {
        tree.find(name.dropFirst().map { .string($0) }).map { group(at: $0) }
    }

    /// The places of rules that a reference may ask for, `data` first.
    func referred(by reference: [PartialTerm]) -> [Int] { referred(by: reference.dropFirst(), from: 0) }

    private func referred(by path: ArraySlice<PartialTerm>, from node: Int) -> [Int] {
        guard let key = path.first else { return tree.allRules(below: node) }
        guard case .value(let constant) = key else {
            return tree.nodes[node].rules + tree.sortedChildren(of: node).flatMap { referred(by: path.dropFirst(), from: $0.node) }
        }
        return tree.nodes[node].rules + (tree.nodes[node].children[constant].map { referred(by: path.dropFirst(), from: $0) } ?? [])
    }
}
