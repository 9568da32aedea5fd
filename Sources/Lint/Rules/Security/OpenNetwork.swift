import Rego

extension LintRule {
    static let openNetwork = LintRule(
        .security, "Network that is the whole internet",
        why: "`0.0.0.0/0` contains every address, so the condition always holds.",
        finds: ["allow if net.cidr_contains(↓\"0.0.0.0/0\", input.address)", "networks := {\"10.0.0.0/8\", ↓\"::/0\"}"],
        accepts: ["allow if net.cidr_contains(\"10.0.0.0/8\", input.address)", "deny if \"0.0.0.0/0\" in input.ranges"]
    ) { file, report in
        guard !file.isTest else { return }
        for site in file.index.strings where ["0.0.0.0/0", "::/0"].contains(site.term.stringValue) {
            // A rule that refuses such networks must name them.
            let name = file.branches[site.branch].rule.head.name
            if !name.hasPrefix("deny"), !name.hasPrefix("violation"), !name.hasPrefix("warn") { report(site.term.location) }
        }
    }
}
