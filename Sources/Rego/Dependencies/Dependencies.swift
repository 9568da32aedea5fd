/// The documents that a query depends on, by itself and through rules: what `opa deps` prints.
public struct Dependencies: Sendable {
    /// A reference whose keys are all constant. Where a policy's reference goes on with a variable, it ends.
    public struct Reference: Sendable, Hashable, CustomStringConvertible {
        /// `data` or `input`.
        public let root: String
        public let keys: [Value]

        public var description: String { Ref(head: Term(.variable(root)), path: keys.map { Term(value: $0) }).description }

        /// As OPA writes references in JSON.
        public var document: Value { .array(([Term(.variable(root))] + keys.map { Term(value: $0) }).map(\.document)) }
    }

    /// Documents from outside: of base data and of the input.
    public let base: [Reference]
    /// Documents that rules make.
    public let virtual: [Reference]

    init(of query: Body, rules: [CompiledRule]) {
        var search = DependencySearch(tree: RuleTree(rules))
        search.follow(ReferenceAnalysis(heads: [], body: query, isQuery: true))
        base = search.base.sorted(by: Self.precedes)
        virtual = search.virtual.sorted(by: Self.precedes)
    }

    private static func precedes(_ a: Reference, _ b: Reference) -> Bool {
        a.root == b.root ? Value.array(a.keys) < Value.array(b.keys) : a.root < b.root
    }
}

/// Follows references to rules, and what these refer to.
private struct DependencySearch {
    let tree: RuleTree
    var base: Set<Dependencies.Reference> = []
    var virtual: Set<Dependencies.Reference> = []
    private var visited: Set<Int> = []

    init(tree: RuleTree) { self.tree = tree }

    mutating func follow(_ analysis: ReferenceAnalysis) {
        for ref in analysis.minimalReferences {
            guard case .variable(let root) = ref.head.kind else { continue }
            let keys = ref.path.prefix { $0.constant != nil }
            let rules = root == "data" ? tree.rules(referredBy: keys) : []
            if rules.isEmpty { base.insert(Dependencies.Reference(root: root, keys: keys.compactMap(\.constant))) }
            for rule in rules { follow(rule) }
        }
    }

    private mutating func follow(_ position: Int) {
        guard visited.insert(position).inserted else { return }
        let rule = tree.rules[position]
        virtual.insert(Dependencies.Reference(root: "data", keys: rule.constantPath))
        for branch in [rule] + rule.elseBranches {
            follow(ReferenceAnalysis(heads: (rule.arguments ?? []) + branch.dynamicPath + [branch.key, branch.value].compactMap(\.self), body: branch.body))
        }
    }
}

extension PolicySnapshot {
    /// The documents that a query depends on. Its references are whole: `data.app.allow`.
    public func dependencies(of query: String, version: RegoVersion = .v1) throws(DiagnosticList) -> Dependencies {
        let (body, diagnostics) = Parser.parseQuery(query, file: "", version: version)
        guard let body else { throw DiagnosticList(diagnostics) }
        return Dependencies(of: body, rules: try compiler.flatRules(modules))
    }
}
