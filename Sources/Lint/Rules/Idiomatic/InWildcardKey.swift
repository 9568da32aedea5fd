import Rego

extension LintRule {
    static let inWildcardKey = LintRule(
        .idiomatic, "Wildcard for the key of `some … in`",
        why: "`some _, x in xs` is `some x in xs`.",
        finds: ["allow if {\n\t↓some _, x in input.xs\n\tx == 1\n}"],
        accepts: ["allow if {\n\tsome x in input.xs\n\tx == 1\n}", "allow if {\n\tsome i, x in input.xs\n\tx == i\n}"]
    ) { file, report in
        for literal in file.literals {
            guard case .someIn(let key?, let value, _) = literal.expression.kind, key.isWildcard else { continue }
            let gap = SourceLocation(file: file.path, row: key.location.row, column: key.location.column, offset: key.location.offset, length: value.location.offset - key.location.offset)
            report(literal.expression.location, fix: .replace(gap, with: ""))
        }
    }
}
