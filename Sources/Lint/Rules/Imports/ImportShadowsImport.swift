import Rego

extension LintRule {
    static let importShadowsImport = LintRule(
        .imports, "Import with the name of another",
        why: "Only one of them can have the name. Give one an alias.",
        finds: ["package policy\n\nimport data.a.users\n↓import data.b.users\n\nx := users.y"],
        accepts: ["package policy\n\nimport data.a.users\nimport data.b.users as others\n\nx := users.y\n\nz := others.y"]
    ) { file, report in
        var known: Set<String> = []
        for item in file.module.imports where item.path.first == "data" || item.path.first == "input" {
            if !known.insert(item.name).inserted { report(item.location) }
        }
    }
}
