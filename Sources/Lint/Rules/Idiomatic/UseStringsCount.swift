import Rego

extension LintRule {
    static let useStringsCount = LintRule(
        .idiomatic, "Texts split to count what stands between",
        why: "`strings.count` counts how often a text stands in another without building lists.",
        finds: ["n := ↓count(split(input.path, \"/\")) - 1"],
        accepts: ["n := strings.count(input.path, \"/\")", "n := count(split(input.path, \"/\"))"]
    ) { file, report in
        for site in file.calls(to: "minus") where site.arguments.count == 2 && site.arguments[1].constant == 1 {
            if let count = site.arguments[0].call, count.name == "count", count.arguments.first?.call?.name == "split" { report(site.location) }
        }
    }
}
