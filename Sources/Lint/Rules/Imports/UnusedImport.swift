import Rego

extension LintRule {
    static let unusedImport = LintRule(
        .imports, "Import that is not used",
        why: "It makes readers look for what it is there for. OPA refuses it with `--strict`.",
        finds: ["package policy\n\n↓import data.users\n\nallow if input.x"],
        accepts: ["package policy\n\nimport data.users\n\nallow if users.x", "package policy\n\nimport data.lib\n\nallow if lib.check(input)"]
    ) { file, report in
        var used = Set(file.index.variables.compactMap(\.term.localName)).union(file.calls.map { $0.call.function[0] })
        for literal in file.literals { for modifier in literal.expression.withModifiers { used.formUnion(modifier.target.variableNames) } }
        for item in file.module.imports where item.path.first == "data" && item.path.count > 1 || item.path.first == "input" {
            if !used.contains(item.name) { report(item.location) }
        }
    }
}
