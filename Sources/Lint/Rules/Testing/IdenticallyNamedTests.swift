import Rego

extension LintRule {
    static let identicallyNamedTests = LintRule(
        .testing, "Two tests of one name",
        why: "The test passes where any of them does; the other may fail unseen.",
        finds: ["package policy_test\n\ntest_allow if data.policy.allow\n\n↓test_allow if not data.policy.deny"],
        accepts: ["package policy_test\n\ntest_allow if data.policy.allow\n\ntest_deny if not data.policy.deny"]
    ) { file, report in
        var known: Set<String> = []
        for rule in file.module.rules where rule.isTest && rule.head.path.isEmpty {
            if !known.insert(rule.head.name).inserted { report(rule.head.location) }
        }
    }
}
