import Rego

extension LintRule {
    static let fileLength = LintRule(
        .style, "File with too many lines",
        why: "Long files are hard to find one's way in. Split it by what its rules are about.",
        options: ["max-file-length": 500],
        finds: ["↓package policy\n" + (1...500).map { "\nrule\($0) := \($0)" }.joined()],
        accepts: ["allow if input.x"]
    ) { file, report in
        let limit = report.integer("max-file-length")
        if file.lines.count > limit { report(file.module.package.location, "\(file.lines.count) lines, \(limit) are allowed") }
    }
}
