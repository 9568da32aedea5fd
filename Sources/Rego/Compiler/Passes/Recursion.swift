/// Which rules ask for which, and those that depend on themselves.
struct RuleGraph {
    /// Every rule and every branch of `else`, in module order.
    private(set) var nodes: [CompiledRule] = []
    private var dependencies: [[Int]] = []
    /// The first node of each rule of the tree; its branches follow it.
    private var firstNode: [Int] = []

    /// - Parameter references: for each rule and branch of `else`, the rules that it refers to.
    init(_ rules: [CompiledRule], references: [[Int]]) {
        for rule in rules {
            firstNode.append(nodes.count)
            nodes.append(rule)
            nodes += rule.elseBranches
        }
        dependencies = references.map { rules in rules.flatMap { firstNode[$0]..<(firstNode[$0] + 1 + self.nodes[firstNode[$0]].elseBranches.count) } }
    }

    var dependents: RuleDependents { RuleDependents(nodes, dependencies: dependencies) }

    /// Locals keep the names that the compiler gave them, as in OPA's messages.
    func recursion() -> [Diagnostic] {
        guard hasCycle else { return [] }
        return nodes.indices.compactMap { start in
            guard let cycle = cycle(from: start) else { return nil }
            let names = cycle.map { nodes[$0].referenceText([:]) }
            return Diagnostic(.recursion, "rule \(names[0]) is recursive: \(names.joined(separator: " -> "))", at: nodes[start].location)
        }
    }

    /// Whether nodes are left when those are taken away, again and again, to which no others refer.
    private var hasCycle: Bool {
        var references = [Int](repeating: 0, count: nodes.count)
        for others in dependencies { for other in others { references[other] += 1 } }
        var free = nodes.indices.filter { references[$0] == 0 }
        var left = nodes.count
        while let node = free.popLast() {
            left -= 1
            for other in dependencies[node] {
                references[other] -= 1
                if references[other] == 0 { free.append(other) }
            }
        }
        return left > 0
    }

    /// A way from a rule back to itself, by depth first; without recursion, because a chain of rules may be long.
    private func cycle(from start: Int) -> [Int]? {
        var visited: Set<Int> = [start]
        var path = [(node: start, next: 0)]
        while let (node, next) = path.last {
            guard next < dependencies[node].count else {
                path.removeLast()
                continue
            }
            path[path.count - 1].next += 1
            let dependency = dependencies[node][next]
            if dependency == start { return path.map(\.node) + [start] }
            if visited.insert(dependency).inserted { path.append((dependency, 0)) }
        }
        return nil
    }

    /// Rules such that each comes after those it depends on.
    func sorted() -> [CompiledRule] {
        var order: [Int] = []
        var isVisited = [Bool](repeating: false, count: nodes.count)
        for start in nodes.indices where !isVisited[start] {
            isVisited[start] = true
            var path = [(node: start, next: 0)]
            while let (node, next) = path.last {
                guard next < dependencies[node].count else {
                    order.append(node)
                    path.removeLast()
                    continue
                }
                path[path.count - 1].next += 1
                let dependency = dependencies[node][next]
                guard !isVisited[dependency] else { continue }
                isVisited[dependency] = true
                path.append((dependency, 0))
            }
        }
        return order.map { nodes[$0] }
    }
}

/// The rules that a rule's references may ask for; a variable in a reference stands for everything below.
private struct ReferredRules {
    let tree: RuleTree
    private(set) var rules: Set<Int> = []

    init(tree: RuleTree) { self.tree = tree }

    mutating func add(_ rule: CompiledRule) {
        for expression in rule.body { add(expression) }
        for term in rule.arguments ?? [] { add(term) }
        for term in rule.dynamicPath { add(term) }
        if let key = rule.key { add(key) }
        if let value = rule.value { add(value) }
    }

    private mutating func add(_ expression: Expression) {
        for term in expression.terms { add(term) }
        for modifier in expression.withModifiers { add(modifier.target) }
        if case .every(let every) = expression.kind { for inner in every.body { add(inner) } }
    }

    private mutating func add(_ term: Term) {
        var found: Set<Int> = []
        term.walk({ part in
            switch part.kind {
            case .variable("data"): found.formUnion(tree.rules(referredBy: []))
            case .ref(let ref):
                guard case .variable("data") = ref.head.kind else { break }
                found.formUnion(tree.rules(referredBy: ref.path[...]))
                for key in ref.path { add(key) }
                return false
            case .call(let call):
                if call.function.first == "data" { found.formUnion(tree.rules(referredBy: call.function.dropFirst().map { Term(.string($0)) }[...])) }
            default: break
            }
            return true
        }, closure: { heads, body in
            for head in heads { add(head) }
            for expression in body { add(expression) }
        })
        rules.formUnion(found)
    }
}

extension RuleTree {
    /// The rules that a rule refers to, in order; its branches of `else` are not looked at.
    func rules(referredBy rule: CompiledRule) -> [Int] {
        var referred = ReferredRules(tree: self)
        referred.add(rule)
        return referred.rules.sorted()
    }
}
