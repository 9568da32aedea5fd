import Rego

extension LintRule {
    static let directoryPackageMismatch = LintRule(
        .idiomatic, "Folder that is not named after the package",
        why: "Policies are found more easily where the last folder of the path is the last part of the package's name.",
        isOptional: true,
        finds: ["# file: door/policy.rego\n↓package window\n\nallow if input.x"],
        accepts: ["# file: door/policy.rego\npackage door\n\nallow if input.x", "# file: policies/door/window_test.rego\npackage door_test\n\nx := 1"]
    ) { file, report in
        let folders = file.path.split(separator: "/").dropLast().map(String.init)
        guard let folder = folders.last, var name = file.module.package.path.last else { return }
        if name.hasSuffix("_test") { name.removeLast("_test".count) }
        if folder != name { report(file.module.package.location) }
    }
}
