import Rego

extension LintRule {
    static let runtimeExposure = LintRule(
        .security, "Settings of the engine in a policy",
        why: "`opa.runtime()` holds environment variables, which often are secrets, and whatever shows the value of the rule shows them.",
        finds: ["environment := ↓opa.runtime().env"],
        accepts: ["allow if input.environment == \"test\""]
    ) { file, report in
        for site in file.calls(to: "opa.runtime") where !file.isTest { report(site.location) }
    }
}
