import Rego

extension LintRule {
    static let unanchoredRegex = LintRule(
        .security, "Regular expression that matches anywhere in the text",
        why: "`regex.match(\"example[.]org\", host)` matches `example.org.evil.test` too. Begin with `^` or end with `$`, or both.",
        finds: ["allow if regex.match(↓`[a-z]+[.]example[.]org`, input.host)"],
        accepts: ["allow if regex.match(`^[a-z]+[.]example[.]org$`, input.host)", "message := \"x\" if regex.match(`[0-9]`, input.name)"]
    ) { file, report in
        for site in file.calls(to: ["regex.match", "re_match"]) where site.arguments.count == 2 {
            guard let pattern = site.arguments[0].stringValue, !pattern.contains("^"), !pattern.contains("$"), !pattern.contains("\\A"), !pattern.contains("\\z") else { continue }
            let rule = file.branches[site.branch].rule
            // What allows is what can be tricked; a prohibition should match anywhere.
            if rule.head.name.hasPrefix("allow") || rule.head.name.hasPrefix("permit"), PlainPattern(pattern) == nil { report(site.arguments[0].location) }
        }
    }
}
