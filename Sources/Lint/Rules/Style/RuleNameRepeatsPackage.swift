import Rego

extension LintRule {
    static let ruleNameRepeatsPackage = LintRule(
        .style, "Rule whose name repeats the package's",
        why: "Callers write the package anyway: `data.door.open` rather than `data.door.door_open`.",
        finds: ["package door\n\n↓door_open if input.x"],
        accepts: ["package door\n\nopen if input.x", "package door\n\noutdoor if input.x"]
    ) { file, report in
        guard let package = file.module.package.path.last else { return }
        var known: Set<String> = []
        for rule in file.module.rules where rule.head.name.hasPrefix(package + "_") || rule.head.name == package {
            if known.insert(rule.head.name).inserted { report(rule.head.location) }
        }
    }
}
