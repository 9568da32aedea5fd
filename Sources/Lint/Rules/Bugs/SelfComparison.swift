import Rego

extension LintRule {
    static let selfComparison = LintRule(
        .bugs, "Value compared with itself",
        why: "The comparison says nothing about the value. Mostly one side should be something else.",
        finds: ["allow if ↓input.owner == input.owner"],
        accepts: ["allow if input.owner == input.user", "allow if input.xs[_] == input.xs[_]"]
    ) { file, report in
        for site in file.calls(to: ["equal", "neq", "lt", "lte", "gt", "gte"]) where site.arguments.count == 2 {
            guard let path = site.arguments[0].fixedPath ?? site.arguments[0].localName, path == site.arguments[1].fixedPath ?? site.arguments[1].localName else { continue }
            report(site.location)
        }
    }
}
