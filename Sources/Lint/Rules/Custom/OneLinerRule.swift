import Rego

extension LintRule {
    static let oneLinerRule = LintRule(
        .custom, "Body that fits into the line of its head",
        why: "`allow if input.x` needs no braces and no three lines.",
        options: ["max-line-length": 120], isOptional: true,
        finds: ["↓allow if {\n\tinput.x\n}"],
        accepts: ["allow if input.x", "allow if {\n\tinput.x\n\tinput.y\n}"]
    ) { file, report in
        for rule in file.module.rules where rule.body.count == 1 && !rule.hasNoBody && rule.elseRule.isEmpty && !rule.isTest {
            let text = file.text(rule.location), body = file.text(rule.body[0].location)
            guard text.contains("{\n"), !body.contains("\n"), !text.contains("#") else { continue }
            if rule.head.location.length + body.utf8.count + 4 <= report.integer("max-line-length") { report(rule.head.location) }
        }
    }
}
