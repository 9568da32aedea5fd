import Rego

extension LintRule {
    static let useObjectUnionN = LintRule(
        .idiomatic, "Unions of objects inside each other",
        why: "`object.union_n([a, b, c])` joins any number of objects at once.",
        finds: ["all := ↓object.union(object.union(input.a, input.b), input.c)"],
        accepts: ["all := object.union_n([input.a, input.b, input.c])", "all := object.union(input.a, input.b)"]
    ) { file, report in
        for site in file.calls(to: "object.union") where site.arguments.contains(where: { $0.call?.name == "object.union" }) { report(site.location) }
    }
}
