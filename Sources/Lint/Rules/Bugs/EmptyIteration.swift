import Rego

extension LintRule {
    static let emptyIteration = LintRule(
        .bugs, "Iteration over nothing",
        why: "`some` over an empty collection never holds, and `every` over one always does.",
        finds: ["allow if {\n\tsome x in ↓[]\n\tx == input.x\n}", "allow if {\n\tevery x in ↓set() {\n\t\tx > 1\n\t}\n}"],
        accepts: ["allow if {\n\tsome x in [1, 2]\n\tx == input.x\n}"]
    ) { file, report in
        for literal in file.literals {
            let domain: Term
            switch literal.expression.kind {
            case .someIn(_, _, let someDomain): domain = someDomain
            case .every(let every): domain = every.domain
            default: continue
            }
            if domain.isEmptyCollection { report(domain.location) }
        }
    }
}
