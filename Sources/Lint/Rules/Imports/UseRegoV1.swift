import Rego

extension LintRule {
    static let useRegoV1 = LintRule(
        .imports, "Module without `import rego.v1`",
        why: "With it a module is read the same by old and new versions of OPA.",
        version: .v0,
        finds: ["↓package policy\n\nallow { input.x }"],
        accepts: ["package policy\n\nimport rego.v1\n\nallow if { input.x }"]
    ) { file, report in
        if file.module.version == .v0 { report(file.module.package.location) }
    }
}
