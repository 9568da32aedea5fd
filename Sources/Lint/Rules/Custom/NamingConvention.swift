import Rego

extension LintRule {
    static let namingConvention = LintRule(
        .custom, "Name that does not follow the convention",
        why: "The settings say what names look like: a list of `pattern` (a regular expression) and `targets` (`rule`, `function`, `variable`, `package`).",
        options: ["conventions": [["pattern": "^[a-z_][a-z0-9_]*$", "targets": ["rule", "function", "variable"]]]], isOptional: true,
        finds: ["↓Allow if input.x", "f(↓Xs) := Xs"],
        accepts: ["allow if input.x", "f(xs) := xs"]
    ) { file, report in
        guard case .array(let conventions)? = report.value("conventions") else { return }
        for convention in conventions {
            guard case .string(let pattern)? = convention["pattern"], case .array(let targets)? = convention["targets"], let expression = try? Regex(pattern) else { continue }
            func breaks(_ name: String) -> Bool { name.firstMatch(of: expression) == nil }
            if targets.contains("package"), breaks(file.module.package.path.joined(separator: ".")) { report(file.module.package.location, pattern) }
            for rule in file.module.rules where targets.contains(rule.head.arguments == nil ? "rule" : "function") && breaks(rule.head.name) { report(rule.head.location, pattern) }
            if targets.contains("variable") {
                for declared in file.declarations where breaks(declared.localName ?? "") { report(declared.location, pattern) }
            }
        }
    }
}
