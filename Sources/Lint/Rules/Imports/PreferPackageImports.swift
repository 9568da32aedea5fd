import Rego

extension LintRule {
    static let preferPackageImports = LintRule(
        .imports, "Import of a rule instead of its package",
        why: "With the package imported, every use says where the rule comes from: `users.admins`, not `admins`.",
        finds: ["# file: a.rego\npackage a\n\n↓import data.users.admins\n\nallow if admins[input.user]\n# file: users.rego\npackage users\n\nadmins contains \"a\""],
        accepts: ["# file: a.rego\npackage a\n\nimport data.users\n\nallow if users.admins[input.user]\n# file: users.rego\npackage users\n\nadmins contains \"a\""]
    ) { file, report in
        for item in file.module.imports where item.path.first == "data" {
            let path = item.path.joined(separator: ".")
            if report.project.rules[path] != nil, !report.project.packages.contains(path) { report(item.location) }
        }
    }
}
