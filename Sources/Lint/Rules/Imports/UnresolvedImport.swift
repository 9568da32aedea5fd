import Rego

extension LintRule {
    static let unresolvedImport = LintRule(
        .imports, "Import of a package that is not there",
        why: "None of the files has the package, but one of almost this name. What is imported would be undefined.",
        finds: ["# file: a.rego\npackage a\n\n↓import data.uesrs\n\nx := uesrs.y\n# file: users.rego\npackage users\n\ny := 1"],
        accepts: ["# file: a.rego\npackage a\n\nimport data.users\n\nx := users.y\n# file: users.rego\npackage users\n\ny := 1", "package policy\n\nimport data.roles\n\nx := roles.y"]
    ) { file, report in
        for item in file.module.imports where item.path.first == "data" {
            let path = item.path.joined(separator: ".")
            guard !report.project.hasDocument(at: path) else { continue }
            if let similar = report.project.packages.filter({ Spelling.isSimilar($0, path) }).min() { report(item.location, "did you mean \(similar)?") }
        }
    }
}
