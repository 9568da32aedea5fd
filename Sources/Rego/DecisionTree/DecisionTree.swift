/// The rules of one document, arranged by the constants they ask for.
///
/// An inner node tests one reference: its value selects at most one case, and the rules that do not ask for this reference are
/// found in `others`, which is searched in any case. So no rule appears twice, the tree is never larger than the rules, and 1,000 rules that
/// differ in constants cost one look-up.
indirect enum DecisionTree: Sendable {
    /// Candidates, by their position among the group's rules.
    case leaf([Int])
    case test(IndexedCondition.Subject, cases: [(value: Value, tree: DecisionTree)], others: DecisionTree?)

    /// Nil where no reference would tell rules apart.
    init?(conditions: [[IndexedCondition]]) {
        guard conditions.count > 1 || conditions.contains(where: { !$0.isEmpty }) else { return nil }
        self = Self.make(conditions.indices.map { (rule: $0, conditions: conditions[$0]) }, depth: 0)
        if case .leaf = self { return nil }
    }

    private typealias Candidate = (rule: Int, conditions: [IndexedCondition])

    /// Deeper trees cost more to walk than they save.
    private static let depthLimit = 12

    private static func make(_ candidates: [Candidate], depth: Int) -> DecisionTree {
        guard depth < depthLimit, let subject = bestSubject(candidates) else { return .leaf(candidates.map(\.rule)) }
        var order: [Value] = []
        var byValue: [Value: [Candidate]] = [:]
        var others: [Candidate] = []
        for candidate in candidates {
            guard let condition = candidate.conditions.first(where: { $0.subject == subject }) else {
                others.append(candidate)
                continue
            }
            if byValue[condition.value] == nil { order.append(condition.value) }
            let rest = candidate.conditions.filter { $0.subject != subject }
            byValue[condition.value, default: []].append((candidate.rule, rest))
        }
        return .test(
            subject,
            cases: order.map { ($0, make(byValue[$0] ?? [], depth: depth + 1)) },
            others: others.isEmpty ? nil : make(others, depth: depth + 1))
    }

    /// The reference that most rules ask for; among equals the one with more different constants.
    private static func bestSubject(_ candidates: [Candidate]) -> IndexedCondition.Subject? {
        var rules: [IndexedCondition.Subject: Int] = [:]
        var values: [IndexedCondition.Subject: Set<Value>] = [:]
        var order: [IndexedCondition.Subject] = []
        for candidate in candidates {
            var seen: Set<IndexedCondition.Subject> = []
            for condition in candidate.conditions where seen.insert(condition.subject).inserted {
                if rules[condition.subject] == nil { order.append(condition.subject) }
                rules[condition.subject, default: 0] += 1
                values[condition.subject, default: []].insert(condition.value)
            }
        }
        return order.max { a, b in
            (rules[a, default: 0], values[a]?.count ?? 0) < (rules[b, default: 0], values[b]?.count ?? 0)
        }
    }
}
