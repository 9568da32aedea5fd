import Rego

extension LintRule {
    static let preferEqualsComparison = LintRule(
        .idiomatic, "Comparison written with `=`",
        why: "`=` unifies, and may bind variables. Where both sides are known, `==` says so.",
        finds: ["allow if ↓input.role = \"admin\""],
        accepts: ["allow if input.role == \"admin\"", "allow if {\n\t[a, b] = input.pair\n\ta == b\n}"]
    ) { file, report in
        let globals = file.globalNames
        for site in file.calls(to: "eq") where site.isLiteral && site.call.isInfix {
            let isKnown = site.arguments.allSatisfy { side in
                side.isScalar || side.fixedPath.map { path in
                    let first = String(path.split(separator: ".").first ?? "")
                    return first == "input" || first == "data" || globals.contains(first)
                } == true
            }
            if isKnown { report(site.location, fix: .replace(site.call.functionLocation, with: "==")) }
        }
    }
}
