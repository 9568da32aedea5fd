import Rego

extension LintRule {
    static let deferAssignment = LintRule(
        .performance, "Assignment before a condition that does not need it",
        why: "Where the condition fails, the assignment was made for nothing. Put it below.",
        finds: ["allow if {\n\t↓name := lower(input.name)\n\tinput.active\n\tname == \"a\"\n}"],
        accepts: ["allow if {\n\tinput.active\n\tname := lower(input.name)\n\tname == \"a\"\n}", "allow if {\n\tname := input.name\n\tinput.active\n\tname == \"a\"\n}"]
    ) { file, report in
        for site in file.bodies where site.kind == .rule {
            for (expression, next) in zip(site.body, site.body.dropFirst()) {
                guard let (left, right, _) = expression.sides(of: "assign"), right.call != nil, next.withModifiers.isEmpty, case .term(let condition) = next.kind else { continue }
                let bound = Set(SyntaxIndex.bound(by: left).compactMap(\.localName))
                // What is cheap must be clear: a reference or a comparison of such.
                let isCheap = condition.fixedPath != nil || condition.call.map { call in
                    call.isInfix && ["equal", "neq", "lt", "lte", "gt", "gte"].contains(call.function[0]) && call.arguments.allSatisfy { $0.isScalar || $0.fixedPath != nil }
                } == true
                guard isCheap, !bound.isEmpty, bound.isDisjoint(with: next.variableNames) else { continue }
                report(expression.location)
            }
        }
    }
}
