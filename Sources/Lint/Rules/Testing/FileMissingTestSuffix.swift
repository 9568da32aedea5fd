import Rego

extension LintRule {
    static let fileMissingTestSuffix = LintRule(
        .testing, "File with tests that is not named `_test.rego`",
        why: "Tools tell tests from policies by the name of the file.",
        finds: ["# file: door.rego\n↓package door_test\n\ntest_open if data.door.open"],
        accepts: ["# file: door_test.rego\npackage door_test\n\ntest_open if data.door.open"]
    ) { file, report in
        if !file.path.hasSuffix("_test.rego"), file.module.rules.contains(where: \.isTest) { report(file.module.package.location) }
    }
}
