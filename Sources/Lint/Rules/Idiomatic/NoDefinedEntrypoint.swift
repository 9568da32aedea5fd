import Rego

extension LintRule {
    static let noDefinedEntrypoint = LintRule(
        .idiomatic, "No rule is declared as an entrypoint",
        why: "`entrypoint: true` in a rule's metadata says which rules callers ask for; tools use it, and readers begin there.",
        isOptional: true,
        finds: ["↓package policy\n\nallow if input.x"],
        accepts: ["# METADATA\n# entrypoint: true\nallow if input.x"]
    ) { file, report in
        guard let first = report.project.files.first, first.path == file.path else { return }
        if !report.project.files.contains(where: { $0.module.annotations.contains(where: \.entrypoint) }) { report(file.module.package.location) }
    }
}
