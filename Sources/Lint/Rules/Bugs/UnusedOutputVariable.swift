import Rego

extension LintRule {
    static let unusedOutputVariable = LintRule(
        .bugs, "Variable that takes a value and is never used",
        why: "`xs[i]` with an `i` that nobody else reads iterates without saying so. Write `_`, or use the variable.",
        finds: ["allow if input.roles[↓i] == \"admin\""],
        accepts: ["allow if {\n\tsome i\n\tinput.roles[i] == \"admin\"\n\ti > 0\n}", "allow if input.roles[_] == \"admin\""]
    ) { file, report in
        let globals = file.globalNames
        let counts = file.variableCounts
        for site in file.refs {
            for part in site.ref.path {
                guard let name = part.localName, !globals.contains(name), counts[site.branch][name] == 1 else { continue }
                report(part.location, name)
            }
        }
    }
}
