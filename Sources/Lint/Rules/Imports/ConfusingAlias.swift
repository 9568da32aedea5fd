import Rego

extension LintRule {
    static let confusingAlias = LintRule(
        .imports, "Two names for one import",
        why: "Readers take different names for different things.",
        finds: ["package policy\n\nimport data.users\n↓import data.users as people\n\nx := users.a\n\ny := people.b"],
        accepts: ["package policy\n\nimport data.users\nimport data.roles as kinds\n\nx := users.a\n\ny := kinds.b"]
    ) { file, report in
        var names: [[String]: String] = [:]
        for item in file.module.imports {
            if let name = names[item.path], name != item.name { report(item.location) }
            names[item.path] = names[item.path] ?? item.name
        }
    }
}
