import Rego

extension LintRule {
    static let comprehensionTermAssignment = LintRule(
        .style, "Assignment in a comprehension that could stand in its head",
        why: "`[x.name | some x in xs]` needs no variable for the name.",
        finds: ["names := [name | some x in input.xs; ↓name := x.name]"],
        accepts: ["names := [x.name | some x in input.xs]", "names := [name | some x in input.xs; name := x.name; name != \"\"]", "names := [name | some x in input.xs; name := lower(x.name)]"]
    ) { file, report in
        for site in file.bodies where site.kind != .rule && site.kind != .every {
            guard let last = site.body.last, site.body.count > 1, let (left, right, _) = last.sides(of: "assign"), let name = left.localName, right.ref != nil, !last.hasWildcard else { continue }
            if site.heads.contains(where: { $0.localName == name }) { report(last.location) }
        }
    }
}
