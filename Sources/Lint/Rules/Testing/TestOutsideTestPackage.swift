import Rego

extension LintRule {
    static let testOutsideTestPackage = LintRule(
        .testing, "Test in the package that it tests",
        why: "In a package of its own, `policy_test`, a test uses the policy as its callers do, and is not loaded with it.",
        finds: ["package policy\n\n↓test_allow if allow\n\nallow if input.x"],
        accepts: ["package policy_test\n\ntest_allow if data.policy.allow"]
    ) { file, report in
        guard file.module.package.path.last?.hasSuffix("_test") != true else { return }
        for rule in file.module.rules where rule.isTest { report(rule.head.location) }
    }
}
