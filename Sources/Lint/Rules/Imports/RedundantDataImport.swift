import Rego

extension LintRule {
    static let redundantDataImport = LintRule(
        .imports, "Import of `data`",
        why: "`data` is there everywhere.",
        finds: ["package policy\n\n↓import data\n\nallow if data.x"],
        accepts: ["package policy\n\nimport data.users\n\nallow if users.x"]
    ) { file, report in
        for item in file.module.imports where item.path == ["data"] { report(item.location) }
    }
}
