import Rego

extension LintRule {
    static let todoTest = LintRule(
        .testing, "Test that is switched off",
        why: "`todo_test_…` is skipped. Mend it or take it away.",
        finds: ["package policy_test\n\n↓todo_test_allow if data.policy.allow"],
        accepts: ["package policy_test\n\ntest_allow if data.policy.allow"]
    ) { file, report in
        for rule in file.module.rules where rule.head.name.hasPrefix("todo_test") { report(rule.head.location) }
    }
}
