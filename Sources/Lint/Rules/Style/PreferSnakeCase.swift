import Rego

extension LintRule {
    static let preferSnakeCase = LintRule(
        .style, "Name with capitals",
        why: "Names in Rego are written in `snake_case`, as those of built-ins are.",
        finds: ["↓isAdmin if input.x", "allow if {\n\t↓userName := input.x\n\tuserName == \"a\"\n}"],
        accepts: ["is_admin if input.x", "allow if {\n\tuser_name := input.x\n\tuser_name == \"a\"\n}"]
    ) { file, report in
        for rule in file.module.rules where rule.head.name.contains(where: \.isUppercase) { report(rule.head.location) }
        for declared in file.declarations where declared.localName?.contains(where: \.isUppercase) == true { report(declared.location) }
    }
}
