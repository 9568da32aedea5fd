import Rego

extension LintRule {
    static let countComparison = LintRule(
        .bugs, "Count compared with what it always or never is",
        why: "`count` gives zero or more, so `count(xs) >= 0` always holds and `count(xs) < 0` never.",
        finds: ["allow if ↓count(input.xs) >= 0", "allow if ↓count(input.xs) < 0"],
        accepts: ["allow if count(input.xs) > 0", "allow if count(input.xs) == 0"]
    ) { file, report in
        for site in file.calls(to: ["gte", "lt"]) where site.arguments.first?.call?.name == "count" {
            if site.arguments[1].constant == 0 { report(site.location) }
        }
    }
}
