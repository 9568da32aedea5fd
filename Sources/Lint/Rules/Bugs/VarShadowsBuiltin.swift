import Rego

extension LintRule {
    static let varShadowsBuiltin = LintRule(
        .bugs, "Variable with the name of a built-in function",
        why: "Where the variable lives, the built-in cannot be called by that name, and readers expect the built-in.",
        finds: ["allow if {\n\t↓time := input.time\n\ttime > 12\n}", "f(↓http) := http.x"],
        accepts: ["allow if {\n\thour := input.time\n\thour > 12\n}"]
    ) { file, report in
        for declared in file.declarations where BuiltinNames.first.contains(declared.localName ?? "") { report(declared.location) }
    }
}
