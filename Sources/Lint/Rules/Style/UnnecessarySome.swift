import Rego

extension LintRule {
    static let unnecessarySome = LintRule(
        .style, "`some` that declares nothing",
        why: "`some x in xs` where `x` is a constant or known already is `x in xs`.",
        finds: ["allow if ↓some \"admin\" in input.roles"],
        accepts: ["allow if \"admin\" in input.roles", "allow if {\n\tsome role in input.roles\n\trole == \"a\"\n}", "allow if some [\"a\", x] in input.xs"]
    ) { file, report in
        for literal in file.literals {
            guard case .someIn(let key, let value, _) = literal.expression.kind, key?.isConstant != false, value.isConstant else { continue }
            let keyword = SourceLocation(file: file.path, row: 0, column: 0, offset: literal.expression.location.offset, length: "some ".count)
            report(literal.expression.location, fix: file.text(keyword) == "some " ? .replace(keyword, with: "") : nil)
        }
    }
}
