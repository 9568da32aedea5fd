/// Rules that depend on themselves.
enum Recursion {
    static func check(_ policies: CompiledPolicies) -> [Diagnostic] {
        var tree = DocumentTree()
        var paths: [[String]] = []
        var rulesAt: [Int: Int] = [:]
        var rules: [[CompiledRule]] = []
        for rule in policies.rules {
            let node = tree.insert(rule.path)
            if let group = rulesAt[node] {
                rules[group].append(rule)
            } else {
                rulesAt[node] = rules.count
                tree.nodes[node].group = rules.count
                rules.append([rule])
                paths.append(rule.path)
            }
        }
        let edges = rules.map { group in Set(group.flatMap { dependencies($0, tree) }) }
        var diagnostics: [Diagnostic] = []
        for start in rules.indices {
            guard let cycle = path(from: start, edges) else { continue }
            let names = cycle.map { RuleConflicts.text(paths[$0]) }.joined(separator: " -> ")
            diagnostics.append(Diagnostic(.recursion, "rule \(RuleConflicts.text(paths[start])) is recursive: \(names)", at: rules[start][0].location))
        }
        return diagnostics
    }

    private static func path(from start: Int, _ edges: [Set<Int>]) -> [Int]? {
        var previous: [Int: Int] = [:]
        var queue = [start]
        var position = 0
        while position < queue.count {
            let current = queue[position]
            position += 1
            for next in edges[current].sorted() {
                if next == start {
                    var path = [start]
                    var node = current
                    while node != start {
                        path.append(node)
                        guard let before = previous[node] else { break }
                        node = before
                    }
                    path.append(start)
                    return path.reversed()
                }
                if previous[next] == nil {
                    previous[next] = current
                    queue.append(next)
                }
            }
        }
        return nil
    }

    /// The rules that a rule may ask for; a variable in a reference stands for everything below.
    private static func dependencies(_ rule: CompiledRule, _ tree: DocumentTree) -> Set<Int> {
        var found: Set<Int> = []
        func visit(_ term: Term) {
            switch term.kind {
            case .variable("data"): addAll(0, tree, &found)
            case .ref(let ref):
                guard case .variable("data") = ref.head.kind else { return }
                follow(ref.path[...], 0, tree, &found)
            case .call(let call):
                if call.function.first == "data", let node = tree.find(call.function.dropFirst()), let group = tree.nodes[node].group { found.insert(group) }
            default: break
            }
        }
        // A reference's own head `data` is not the whole of `data`.
        func walk(_ term: Term) {
            term.walk({ part in
                if case .ref(let ref) = part.kind, case .variable("data") = ref.head.kind {
                    visit(part)
                    for key in ref.path { walk(key) }
                    return false
                }
                visit(part)
                return true
            }, closure: { heads, body in
                for head in heads { walk(head) }
                for expression in body { walkExpression(expression) }
            })
        }
        func walkExpression(_ expression: Expression) {
            for term in expression.terms { walk(term) }
            if case .every(let every) = expression.kind { for inner in every.body { walkExpression(inner) } }
        }
        for branch in [rule] + rule.elseBranches {
            for expression in branch.body { walkExpression(expression) }
            for head in branch.dynamicPath + [branch.key, branch.value].compactMap(\.self) { walk(head) }
            for argument in branch.arguments ?? [] { walk(argument) }
        }
        return found
    }

    private static func follow(_ path: ArraySlice<Term>, _ node: Int, _ tree: DocumentTree, _ found: inout Set<Int>) {
        if let group = tree.nodes[node].group { found.insert(group) }
        guard let key = path.first else {
            addAll(node, tree, &found)
            return
        }
        if case .string(let name) = key.kind {
            if let child = tree.nodes[node].children[name] { follow(path.dropFirst(), child, tree, &found) }
        } else if PlanScope.constantValue(of: key) == nil {
            for child in tree.nodes[node].children.values { follow(path.dropFirst(), child, tree, &found) }
        }
    }

    private static func addAll(_ node: Int, _ tree: DocumentTree, _ found: inout Set<Int>) {
        if let group = tree.nodes[node].group { found.insert(group) }
        for child in tree.nodes[node].children.values { addAll(child, tree, &found) }
    }
}
