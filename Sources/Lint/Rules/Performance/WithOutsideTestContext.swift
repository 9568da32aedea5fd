import Rego

extension LintRule {
    static let withOutsideTestContext = LintRule(
        .performance, "`with` outside of tests",
        why: "Each use evaluates what depends on the replaced value anew, and nothing can be remembered. Pass values to functions instead.",
        finds: ["allow if ↓data.other.allow with input as {\"x\": 1}"],
        accepts: ["test_allow if data.other.allow with input as {\"x\": 1}", "allow if data.other.allow"]
    ) { file, report in
        guard !file.isTest else { return }
        for literal in file.literals where !literal.expression.withModifiers.isEmpty {
            if !file.branches[literal.branch].rule.isTest, !file.branches[literal.branch].rule.head.name.hasPrefix("todo_test_") { report(literal.expression.location) }
        }
    }
}
