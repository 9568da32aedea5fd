import Rego

extension LintRule {
    static let redundantLoopCount = LintRule(
        .bugs, "Count before a loop that needs none",
        why: "A loop over an empty collection has no iterations, so the count says nothing new.",
        finds: ["allow if {\n\t↓count(input.roles) > 0\n\tsome role in input.roles\n\trole == \"admin\"\n}"],
        accepts: ["allow if {\n\tcount(input.roles) > 0\n\tevery role in input.roles {\n\t\trole == \"admin\"\n\t}\n}"]
    ) { file, report in
        for site in file.bodies {
            let domains = Set(site.body.compactMap { if case .someIn(_, _, let domain) = $0.kind { domain.description } else { nil } })
            guard !domains.isEmpty else { continue }
            for expression in site.body {
                guard let (left, right, name) = expression.sides(of: "gt", "neq"), left.call?.name == "count", right.constant == 0, !name.isEmpty else { continue }
                if let counted = left.call?.arguments.first, domains.contains(counted.description) { report(expression.location) }
            }
        }
    }
}
