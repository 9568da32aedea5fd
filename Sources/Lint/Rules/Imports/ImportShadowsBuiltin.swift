import Rego

extension LintRule {
    static let importShadowsBuiltin = LintRule(
        .imports, "Import with the name of a built-in function",
        why: "In the file the built-in cannot be called by that name any more.",
        finds: ["package policy\n\n↓import data.http\n\nx := http.y", "package policy\n\n↓import data.users as count\n\nx := count.y"],
        accepts: ["package policy\n\nimport data.http as web\n\nx := web.y"]
    ) { file, report in
        for item in file.module.imports where item.path.first != "rego" && BuiltinNames.first.contains(item.name) { report(item.location) }
    }
}
