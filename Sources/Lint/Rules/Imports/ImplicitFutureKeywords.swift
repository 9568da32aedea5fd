import Rego

extension LintRule {
    static let implicitFutureKeywords = LintRule(
        .imports, "All future keywords imported at once",
        why: "`import rego.v1` gives a fixed set of keywords; `import future.keywords` whatever the next version adds.",
        version: .v0,
        finds: ["package policy\n\n↓import future.keywords\n\nallow if { input.x }"],
        accepts: ["package policy\n\nimport future.keywords.if\n\nallow if { input.x }"]
    ) { file, report in
        for item in file.module.imports where item.path == ["future", "keywords"] { report(item.location) }
    }
}
