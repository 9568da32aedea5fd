import Rego

extension LintRule {
    static let disallowRegoV1 = LintRule(
        .custom, "Import of `rego.v1` where it is not needed",
        why: "Since OPA 1.0 modules are read so anyway.",
        isOptional: true,
        finds: ["package policy\n\n↓import rego.v1\n\nallow if input.x"],
        accepts: ["package policy\n\nallow if input.x"]
    ) { file, report in
        for item in file.module.imports where item.path == ["rego", "v1"] { report(item.location) }
    }
}
