/// Where decision trees went: how often each node was asked, and which case it chose.
///
/// A literal that a tree tests is evaluated only where it holds. That it does not hold somewhere is seen here.
struct DecisionTreeVisits {
    // Nodes are told apart by where they lie: they are not moved while their snapshot lives, and only its own observers see them.
    private var visits: [UnsafePointer<LinkedTree>: Int] = [:]
    private var choices: [UnsafePointer<LinkedTree>: [Int: Int]] = [:]

    mutating func add(_ node: UnsafePointer<LinkedTree>, chosen: Int?) {
        visits[node, default: 0] += 1
        if let chosen { choices[node, default: [:]][chosen, default: 0] += 1 }
    }

    /// Adds to literals how often a tree left their rules out because of them.
    func addFailures(below linked: UnsafePointer<LinkedTree>, _ tree: DecisionTree, of group: RuleGroup, to outcomes: inout [SourceLocation: LiteralOutcomes]) {
        guard case .test(let subject, let cases, let others) = tree, let asked = visits[linked] else { return }
        for (position, entry) in cases.enumerated() {
            let chosen = choices[linked]?[position] ?? 0
            let literals = Set(entry.tree.rules.compactMap { rule in group.conditions[rule].first { $0.subject == subject }?.literal })
            for literal in literals where asked > chosen { outcomes[literal, default: LiteralOutcomes()].addFailures(asked - chosen) }
            if chosen > 0 { addFailures(below: linked.pointee.trees + position, entry.tree, of: group, to: &outcomes) }
        }
        if let others, let linkedOthers = linked.pointee.others { addFailures(below: linkedOthers, others, of: group, to: &outcomes) }
    }
}

extension DecisionTree {
    /// The positions of all candidates.
    fileprivate var rules: [Int] {
        switch self {
        case .leaf(let rules): rules
        case .test(_, let cases, let others): cases.flatMap(\.tree.rules) + (others?.rules ?? [])
        }
    }
}

extension PolicySnapshot {
    /// What an observer of this snapshot saw of each literal and rule, decision trees included.
    public func outcomes(seenBy observer: Observer) -> [SourceLocation: LiteralOutcomes] {
        var outcomes = observer.outcomes
        for (position, group) in program.plan.groups.enumerated() {
            guard let tree = group.tree, let linked = program.groups[position].tree else { continue }
            observer.treeVisits.addFailures(below: linked, tree, of: group, to: &outcomes)
        }
        return outcomes
    }
}
