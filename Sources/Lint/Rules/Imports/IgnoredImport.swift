import Rego

extension LintRule {
    static let ignoredImport = LintRule(
        .imports, "Reference in full to what is imported",
        why: "The import gives it a short name; use that, or leave the import out.",
        finds: ["package policy\n\nimport data.users\n\nallow if ↓data.users.admins[input.user]\n\nx := users.y"],
        accepts: ["package policy\n\nimport data.users\n\nallow if users.admins[input.user]"]
    ) { file, report in
        let imported = file.module.imports.filter { $0.path.first == "data" && $0.path.count > 1 }.map(\.path)
        guard !imported.isEmpty else { return }
        for site in file.refs where site.ref.head.variableName == "data" {
            let keys = ["data"] + site.ref.path.prefix { $0.stringValue != nil }.compactMap(\.stringValue)
            // What is no rule of the package is data, which the import's name does not say better.
        let isData = report.project.package(of: keys).map { package in keys.count > 1 && package != keys.joined(separator: ".") && !report.project.hasRule(at: keys, in: package) } ?? false
        guard !isData else { continue }
        let isTarget = site.literal.map { file.literals[$0].expression.withModifiers.contains { $0.target.location == site.location } } ?? false
            if !isTarget, imported.contains(where: { keys.starts(with: $0) }) { report(site.location) }
        }
    }
}
