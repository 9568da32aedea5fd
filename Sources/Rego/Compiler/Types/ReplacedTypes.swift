/// What `with` makes of the types in an expression: the value's or its own for a rule, any for data and input, and any for rules that depend on what is replaced.
struct ReplacedTypes {
    let environment: TypeEnvironment

    /// A tree for the references that have other types; nil where none has.
    func tree(of modifiers: [WithModifier]) -> TypeTree? {
        var tree = TypeTree()
        var isEmpty = true
        func put(_ type: RegoType, _ path: [String]) {
            tree.put(type, at: Self.keys(path))
            isEmpty = false
        }
        for modifier in modifiers {
            guard let path = PlanScope.segments(of: modifier.target), path.count > 1 else { continue }
            if path[0] == "input" { put(.any, path) }
            guard path[0] == "data" else { continue }
            // Deeper paths later: a package's type has its functions' too.
            for rule in environment.dependents.affected(by: path) where rule != path || !isFunction(rule) { put(.any, rule) }
            if isFunction(path) { continue }
            let isThere = node(at: path) != nil
            put(isThere ? environment.type(of: modifier.value).or(environment.type(of: modifier.target)).ifKnown ?? .any : .any, path)
        }
        return isEmpty ? nil : tree
    }

    private func isFunction(_ path: [String]) -> Bool {
        if let node = node(at: path), case .function? = environment.trees[0].type(of: node) { true } else { false }
    }

    private func node(at path: [String]) -> Int? {
        Self.keys(path).reduce(TypeTree.root as Int?) { node, key in node.flatMap { environment.trees[0].child(key, of: $0) } }
    }

    private static func keys(_ path: [String]) -> [TypeTree.Key] { [.variable(path[0])] + path.dropFirst().map { .constant(.string($0)) } }
}

/// Which rules depend on which, directly or not.
struct RuleDependents: Sendable {
    /// The names from `data` on of each rule, and the rules that refer to it.
    private var paths: [[String]] = []
    private var dependents: [[Int]] = []

    init() {}

    /// - Parameter dependencies: for each rule those it refers to.
    init(_ rules: [CompiledRule], dependencies: [[Int]]) {
        paths = rules.map { ["data"] + $0.path }
        dependents = Array(repeating: [], count: rules.count)
        for (rule, others) in dependencies.enumerated() { for other in others { dependents[other].append(rule) } }
    }

    /// The rules at or below a path, or above it, and those that depend on them.
    func affected(by path: [String]) -> Set<[String]> {
        var waiting = paths.indices.filter { paths[$0].starts(with: path) || path.starts(with: paths[$0]) }
        var found = Set(waiting)
        while let rule = waiting.popLast() {
            for dependent in dependents[rule] where found.insert(dependent).inserted { waiting.append(dependent) }
        }
        return Set(found.map { paths[$0] })
    }
}
