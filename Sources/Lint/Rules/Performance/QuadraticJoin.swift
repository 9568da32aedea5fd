import Rego

extension LintRule {
    static let quadraticJoin = LintRule(
        .performance, "Loop in a loop that compares every pair",
        why: "A thousand elements on both sides are a million comparisons. Make an object or a set of one side and look the other up.",
        finds: ["pairs contains [a, b] if {\n\tsome a in input.users\n\tsome b in data.users\n\t↓a.id == b.id\n}"],
        accepts: ["pairs contains [a, b] if {\n\tsome a in input.users\n\tb := data.by_id[a.id]\n}", "allow if {\n\tsome a in input.users\n\tsome b in a.roles\n\tb.id == a.id\n}"]
    ) { file, report in
        for site in file.bodies {
            var loops: [(name: String, domain: Set<String>)] = []
            for expression in site.body {
                if case .someIn(_, let value, let domain) = expression.kind, let name = value.localName { loops.append((name, domain.variableNames)) }
                guard loops.count > 1, !expression.isNegated, let (left, right, _) = expression.sides(of: "equal", "eq") else { continue }
                guard let a = left.rootName, let b = right.rootName, a != b else { continue }
                let first = loops.first { $0.name == a }, second = loops.first { $0.name == b }
                guard let first, let second, !first.domain.contains(b), !second.domain.contains(a) else { continue }
                let names = Set(loops.map(\.name))
                if first.domain.isDisjoint(with: names), second.domain.isDisjoint(with: names) { report(expression.location) }
            }
        }
    }
}
