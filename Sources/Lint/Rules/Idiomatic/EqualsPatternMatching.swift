import Rego

extension LintRule {
    static let equalsPatternMatching = LintRule(
        .idiomatic, "Argument that is only compared with a constant",
        why: "A constant among the arguments says the same, and lets the decision tree choose the definition.",
        finds: ["size(↓kind) := 1 if kind == \"small\""],
        accepts: ["size(\"small\") := 1", "size(kind) := n if {\n\tkind == \"small\"\n\tn := input.n[kind]\n}"]
    ) { file, report in
        for rule in file.module.rules where rule.body.count == 1 && rule.elseRule.isEmpty {
            guard let arguments = rule.head.arguments, let (left, right, _) = rule.body[0].sides(of: "equal"), !rule.body[0].isNegated else { continue }
            guard let name = left.localName, right.isScalar, rule.head.value?.variableNames.contains(name) != true else { continue }
            if let argument = arguments.first(where: { $0.localName == name }) { report(argument.location) }
        }
    }
}
