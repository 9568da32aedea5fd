import Rego

extension LintRule {
    static let importShadowsRule = LintRule(
        .bugs, "Import with the name of a rule",
        why: "In the file the name means what is imported; the rule cannot be reached by its short name.",
        finds: ["package policy\n\n↓import data.users\n\nusers := {\"a\"}"],
        accepts: ["package policy\n\nimport data.users\n\nadmins := users.admins"]
    ) { file, report in
        let rules = Set(file.module.rules.map(\.head.name))
        for item in file.module.imports where item.path.first != "rego" && item.path.first != "future" && rules.contains(item.name) { report(item.location) }
    }
}
