import Rego

extension LintRule {
    static let forbiddenFunctionCall = LintRule(
        .custom, "Function that may not be called",
        why: "The settings name functions that policies of this code base do without.",
        options: ["forbidden-functions": ["http.send"]], isOptional: true,
        finds: ["answer := ↓http.send({\"method\": \"GET\", \"url\": \"https://a.example\"})"],
        accepts: ["n := count(input.xs)"]
    ) { file, report in
        for site in file.calls(to: report.texts("forbidden-functions")) { report(site.location, site.name) }
    }
}
