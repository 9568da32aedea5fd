import Rego

extension LintRule {
    static let notEqualsInLoop = LintRule(
        .bugs, "`!=` that holds as soon as any element differs",
        why: "`xs[_] != x` asks whether there is an element other than `x`. `not x in xs` asks whether `x` is none of them.",
        finds: ["deny if ↓input.roles[_] != \"admin\""],
        accepts: ["deny if not \"admin\" in input.roles", "deny if input.role != \"admin\""]
    ) { file, report in
        for site in file.calls(to: "neq") {
            let iterates = site.arguments.contains { $0.ref?.path.contains(where: \.isWildcard) == true }
            if iterates { report(site.location) }
        }
    }
}
