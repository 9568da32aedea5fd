import Rego

extension LintRule {
    static let externalReference = LintRule(
        .style, "Function that depends on more than its arguments",
        why: "A function of its arguments alone can be understood and tested alone.",
        options: ["max-allowed": 2], isOptional: false,
        finds: ["f(x) if {\n\tx == input.a\n\tx != input.b\n\tx != ↓data.c\n}"],
        accepts: ["f(x, y) if x == y", "f(x) if x == data.c"]
    ) { file, report in
        let allowed = report.integer("max-allowed")
        var counts: [Int: Int] = [:]
        for site in file.refs where file.branches[site.branch].rule.head.arguments != nil {
            guard let head = site.ref.head.variableName, head == "input" || head == "data" else { continue }
            counts[site.branch, default: 0] += 1
            if counts[site.branch] == allowed + 1 { report(site.location) }
        }
    }
}
