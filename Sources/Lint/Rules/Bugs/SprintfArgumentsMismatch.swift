import Rego

extension LintRule {
    static let sprintfArgumentsMismatch = LintRule(
        .bugs, "Number of arguments that the format does not ask for",
        why: "What is missing or left over shows in the text as `%!s(MISSING)` or `%!(EXTRA …)`.",
        finds: ["message := ↓sprintf(\"%s may not %s\", [input.user])", "message := ↓sprintf(\"none\", [input.user])"],
        accepts: ["message := sprintf(\"%s: 100%%\", [input.user])", "message := sprintf(\"%d of %d\", [1, 2])"]
    ) { file, report in
        for site in file.calls(to: "sprintf") where site.arguments.count == 2 {
            guard let format = site.arguments[0].stringValue, case .array(let values) = site.arguments[1].kind, let wanted = FormatVerbs.count(in: format) else { continue }
            if wanted != values.count { report(site.location, "\(wanted) wanted, \(values.count) given") }
        }
    }
}
