import Rego

extension LintRule {
    static let redundantAlias = LintRule(
        .imports, "Alias that is the name already",
        why: "`import data.users as users` is `import data.users`.",
        finds: ["package policy\n\n↓import data.users as users\n\nallow if users.x"],
        accepts: ["package policy\n\nimport data.users as people\n\nallow if people.x"]
    ) { file, report in
        for item in file.module.imports where item.alias != nil && item.alias == item.path.last { report(item.location) }
    }
}
