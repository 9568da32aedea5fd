import Rego

extension LintRule {
    static let emptyTest = LintRule(
        .testing, "Test that tests nothing",
        why: "A body of constants passes whatever the policy says.",
        finds: ["package policy_test\n\n↓test_allow if true", "package policy_test\n\n↓test_allow := true"],
        accepts: ["package policy_test\n\ntest_allow if data.policy.allow with input as {}"]
    ) { file, report in
        for rule in file.module.rules where rule.isTest && rule.elseRule.isEmpty {
            let isConstant = rule.body.allSatisfy { expression in
                if case .term(let term) = expression.kind { expression.isGenerated || term.isConstant } else { false }
            }
            if isConstant, rule.head.value?.isConstant != false { report(rule.head.location) }
        }
    }
}
