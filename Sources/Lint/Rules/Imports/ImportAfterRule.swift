import Rego

extension LintRule {
    static let importAfterRule = LintRule(
        .imports, "Import below a rule",
        why: "Imports stand at the top, where readers look for them.",
        finds: ["package policy\n\nallow if input.x\n\n↓import data.users\n\nx := users.y"],
        accepts: ["package policy\n\nimport data.users\n\nallow if users.x"]
    ) { file, report in
        guard let first = file.module.rules.first?.location.offset else { return }
        for item in file.module.imports where item.location.offset > first { report(item.location) }
    }
}
