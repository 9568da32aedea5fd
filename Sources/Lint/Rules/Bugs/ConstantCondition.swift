import Rego

extension LintRule {
    static let constantCondition = LintRule(
        .bugs, "Condition that never changes",
        why: "A condition made of constants is always met or never. It is mostly left over from trying something out.",
        finds: ["allow if ↓1 == 1", "allow if {\n\tinput.x\n\t↓true\n}", "allow if ↓\"admin\" in {\"admin\", \"owner\"}"],
        accepts: ["allow if input.n == 1", "allow := true", "allow if input.x in {\"a\"}"]
    ) { file, report in
        for literal in file.literals where !literal.expression.isGenerated {
            guard let term = literal.term else { continue }
            let parts = literal.call.map { $0.isInfix && !["assign", "eq"].contains($0.function[0]) ? $0.arguments : [] } ?? []
            if term.isScalar || !parts.isEmpty && parts.allSatisfy(\.isConstant) { report(term.location) }
        }
    }
}
