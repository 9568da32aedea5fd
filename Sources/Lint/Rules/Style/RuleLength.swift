import Rego

extension LintRule {
    static let ruleLength = LintRule(
        .style, "Rule with too many lines",
        why: "A long body asks many questions at once. Give groups of them names, as rules of their own.",
        options: ["max-rule-length": 30, "max-test-rule-length": 60, "count-comments": false],
        finds: ["↓allow if {\n" + (1...40).map { "\tinput.x\($0)\n" }.joined() + "}"],
        accepts: ["allow if {\n\tinput.x\n}", "roles := {\n" + (1...40).map { "\t\"role\($0)\",\n" }.joined() + "}"]
    ) { file, report in
        let comments = report.flag("count-comments") ? [] : Set(file.module.comments.filter { file.line($0.location.row).trimmed.hasPrefix("#") }.map(\.location.row))
        for rule in file.module.rules where !rule.hasNoBody {
            let limit = report.integer(rule.isTest ? "max-test-rule-length" : "max-rule-length")
            let last = rule.location.row + file.text(rule.location).utf8.count { $0 == UInt8(ascii: "\n") }
            let rows = (rule.location.row...last).count { !comments.contains($0) }
            if rows > limit { report(rule.head.location, "\(rows) lines, \(limit) are allowed") }
        }
    }
}
