import Rego

extension LintRule {
    static let duplicateCondition = LintRule(
        .bugs, "Condition that stands in the body already",
        why: "The second adds nothing. Mostly something else was meant when the line was copied.",
        finds: ["allow if {\n\tinput.user.active\n\tinput.method == \"GET\"\n\t↓input.user.active\n}"],
        accepts: ["allow if {\n\tinput.roles[_] == \"a\"\n\tinput.roles[_] == \"a\"\n}", "allow if {\n\tinput.a\n\tinput.b\n}"]
    ) { file, report in
        for site in file.bodies where site.body.count > 1 {
            var known: Set<String> = []
            for expression in site.body where !expression.isGenerated {
                let text = expression.description
                guard !text.contains("_") || !expression.hasWildcard else { continue }
                if !known.insert(text).inserted { report(expression.location) }
            }
        }
    }
}
