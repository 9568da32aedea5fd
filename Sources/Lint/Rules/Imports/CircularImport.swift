import Rego

extension LintRule {
    static let circularImport = LintRule(
        .imports, "Packages that import each other",
        why: "Neither can be understood, tested or moved without the other.",
        finds: ["# file: a.rego\npackage a\n\n↓import data.b\n\nx := b.y\n# file: b.rego\npackage b\n\n↓import data.a\n\ny := a.z"],
        accepts: ["# file: a.rego\npackage a\n\nimport data.b\n\nx := b.y\n# file: b.rego\npackage b\n\ny := 1"]
    ) { file, report in
        let graph = report.project.importedPackages
        for item in file.module.imports where item.path.first == "data" {
            guard let target = report.project.package(of: item.path), target != file.packageName else { continue }
            var seen: Set<String> = [], pending = [target]
            while let next = pending.popLast() {
                guard seen.insert(next).inserted else { continue }
                pending += graph[next] ?? []
            }
            if seen.contains(file.packageName) { report(item.location) }
        }
    }
}
