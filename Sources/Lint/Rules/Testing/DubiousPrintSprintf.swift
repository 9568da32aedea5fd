import Rego

extension LintRule {
    static let dubiousPrintSprintf = LintRule(
        .testing, "`print` of a `sprintf`",
        why: "`sprintf` of an undefined value is undefined, and then `print` is not called at all. `print` takes several values and shows undefined ones.",
        finds: ["allow if {\n\tprint(↓sprintf(\"user %s\", [input.user]))\n\tinput.x\n}"],
        accepts: ["allow if {\n\tprint(\"user\", input.user)\n\tinput.x\n}"]
    ) { file, report in
        for site in file.calls(to: "print") {
            for argument in site.arguments where argument.call?.name == "sprintf" { report(argument.location) }
        }
    }
}
