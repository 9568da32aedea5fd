import Rego

extension LintRule {
    static let equalsOverCount = LintRule(
        .performance, "Count compared with zero",
        why: "To know whether a collection is empty, compare it with an empty one; nothing needs to be counted.",
        isOptional: true,
        finds: ["allow if ↓count(input.xs) == 0"],
        accepts: ["allow if input.xs == []", "allow if count(input.xs) == 1"]
    ) { file, report in
        for site in file.calls(to: ["equal", "neq", "gt"]) where site.arguments.count == 2 && site.arguments[1].constant == 0 {
            if let count = site.arguments[0].call, count.name == "count", count.arguments.first?.fixedPath?.hasPrefix("input") == true { report(site.location) }
        }
    }
}
