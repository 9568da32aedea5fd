import Rego

extension LintRule {
    static let avoidImportingInput = LintRule(
        .imports, "Import of the input",
        why: "`input` is there everywhere. Importing a part of it hides where a value comes from.",
        finds: ["package policy\n\n↓import input.user\n\nallow if user.admin"],
        accepts: ["package policy\n\nimport input.user as employee\n\nallow if employee.admin", "allow if input.user.admin"]
    ) { file, report in
        for item in file.module.imports where item.path.first == "input" {
            // An alias that says something new is a name for it.
            if item.alias == nil || item.alias == item.path.last { report(item.location) }
        }
    }
}
