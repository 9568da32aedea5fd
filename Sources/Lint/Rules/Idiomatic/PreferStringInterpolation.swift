import Rego

extension LintRule {
    static let preferStringInterpolation = LintRule(
        .idiomatic, "Text made with `sprintf`",
        why: "`$\"{input.user} may not\"` shows each value where it stands, and an undefined one as `<undefined>` instead of losing the message. Only the newest versions of OPA know it.",
        isOptional: true,
        finds: ["message := ↓sprintf(\"%s may not\", [input.user])", "deny contains ↓sprintf(\"%v of %v\", [input.a, input.b]) if input.x"],
        accepts: ["message := $\"{input.user} may not\"", "message := sprintf(\"%5.2f\", [input.n])", "message := sprintf(input.format, [1])"]
    ) { file, report in
        for site in file.calls(to: "sprintf") where site.arguments.count == 2 {
            guard let format = site.arguments[0].stringValue, case .array = site.arguments[1].kind else { continue }
            // Only what needs no widths or other forms of numbers.
            let verbs = format.split(separator: "%", omittingEmptySubsequences: false).dropFirst()
            if !verbs.isEmpty, verbs.allSatisfy({ ["s", "v", "d"].contains($0.first.map(String.init)) }) { report(site.location) }
        }
    }
}
