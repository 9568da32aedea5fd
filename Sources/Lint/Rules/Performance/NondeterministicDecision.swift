import Rego

extension LintRule {
    static let nondeterministicDecision = LintRule(
        .performance, "Decision that cannot be cached or replayed as it is",
        why: "An entrypoint that asks clocks, random numbers or the network gives another answer each time. Pass such values in the input, so that decisions can be cached.",
        finds: ["# METADATA\n# entrypoint: true\nallow if ↓rand.intn(\"x\", 2) == 1"],
        accepts: ["allow if rand.intn(\"x\", 2) == 1", "# METADATA\n# entrypoint: true\nallow if input.now < 100"]
    ) { file, report in
        for site in file.calls where !site.call.isInfix {
            guard BuiltinRegistry.standard[site.name]?.isNondeterministic == true else { continue }
            let rule = file.module.rules[file.branches[site.branch].top]
            if rule.annotations.contains(where: \.entrypoint) { report(site.location, site.name) }
        }
    }
}
