import Rego

extension LintRule {
    static let useEvery = LintRule(
        .idiomatic, "`every` written as the absence of an exception",
        why: "Two negations hide that all elements must pass. `every x in xs { … }` says it.",
        finds: ["allow if ↓count([x | some x in input.xs; not x.ok]) == 0", "allow if ↓count({x | some x in input.xs; not x.ok}) == 0"],
        accepts: ["allow if {\n\tevery x in input.xs {\n\t\tx.ok\n\t}\n}", "allow if count([x | some x in input.xs; x.bad]) == 0"]
    ) { file, report in
        for site in file.calls(to: "equal") where site.arguments.count == 2 && site.arguments[1].constant == 0 {
            guard let count = site.arguments[0].call, count.name == "count", let counted = count.arguments.first else { continue }
            switch counted.kind {
            case .arrayComprehension(_, let body), .setComprehension(_, let body):
                if body.count > 1, body.last?.isNegated == true { report(site.location) }
            default: break
            }
        }
    }
}
