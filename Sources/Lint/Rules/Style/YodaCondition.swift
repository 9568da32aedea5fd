import Rego

extension LintRule {
    static let yodaCondition = LintRule(
        .style, "Constant on the left of a comparison",
        why: "`input.role == \"admin\"` reads as it is said.",
        finds: ["allow if ↓\"admin\" == input.role", "allow if ↓18 <= input.age"],
        accepts: ["allow if input.role == \"admin\"", "allow if \"a\" in input.xs", "allow if 1 == 1"]
    ) { file, report in
        let mirrored = ["equal": "==", "neq": "!=", "lt": ">", "lte": ">=", "gt": "<", "gte": "<="]
        for site in file.calls(to: ["equal", "neq", "lt", "lte", "gt", "gte"]) where site.arguments.count == 2 && site.call.isInfix {
            guard site.arguments[0].isScalar, !site.arguments[1].isConstant, let symbol = mirrored[site.name] else { continue }
            let left = file.text(site.arguments[0].location), right = file.text(site.arguments[1].location)
            report(site.location, fix: .replace(site.location, with: "\(right) \(symbol) \(left)"))
        }
    }
}
