import Rego

extension LintRule {
    static let pointlessImport = LintRule(
        .imports, "Import of the file's own package",
        why: "Rules of the same package have short names without an import.",
        finds: ["package policy\n\n↓import data.policy.users\n\nallow if users.x"],
        accepts: ["package policy\n\nimport data.other.users\n\nallow if users.x", "package policy\n\nimport data.policy.helpers.x\n\nallow if x\n# file: b.rego\npackage policy.helpers\n\nx := 1"]
    ) { file, report in
        for item in file.module.imports where item.path.first == "data" {
            let path = item.path.joined(separator: ".")
            guard path == file.packageName || path.hasPrefix(file.packageName + ".") else { continue }
            let isDeeper = report.project.packages.contains { $0 != file.packageName && (path == $0 || path.hasPrefix($0 + ".") || $0.hasPrefix(path + ".")) && $0.hasPrefix(file.packageName + ".") }
            if !isDeeper { report(item.location) }
        }
    }
}
