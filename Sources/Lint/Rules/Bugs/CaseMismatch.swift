import Rego

extension LintRule {
    static let caseMismatch = LintRule(
        .bugs, "Comparison that letter case makes impossible",
        why: "What `lower` gives never equals a text with capitals, and what `upper` gives never one with small letters.",
        finds: ["allow if ↓lower(input.role) == \"Admin\"", "allow if ↓\"admin\" == upper(input.role)"],
        accepts: ["allow if lower(input.role) == \"admin\""]
    ) { file, report in
        for site in file.calls(to: ["equal", "eq"]) where site.arguments.count == 2 {
            for (side, other) in [(0, 1), (1, 0)] {
                guard let call = site.arguments[side].call, let text = site.arguments[other].stringValue else { continue }
                let isImpossible = call.name == "lower" && text.lowercased() != text || call.name == "upper" && text.uppercased() != text
                if isImpossible { report(site.location) }
            }
        }
    }
}
