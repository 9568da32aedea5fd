import Rego

extension LintRule {
    static let dynamicRegexPattern = LintRule(
        .security, "Regular expression that the caller chooses",
        why: "A caller who sends `.*` matches everything. Keep patterns in the policy or its data, or quote what is sent.",
        finds: ["allow if regex.match(↓input.pattern, data.path)", "allow if glob.match(↓input.pattern, [\"/\"], data.path)"],
        accepts: ["allow if regex.match(\"^a\", input.path)", "allow if regex.match(data.patterns[input.kind], input.path)"]
    ) { file, report in
        for site in file.calls(to: ["regex.match", "glob.match", "regex.find_n", "regex.template_match"]) {
            if let pattern = site.arguments.first, pattern.fixedPath?.hasPrefix("input.") == true { report(pattern.location) }
        }
    }
}
