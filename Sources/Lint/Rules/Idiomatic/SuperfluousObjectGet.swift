import Rego

extension LintRule {
    static let superfluousObjectGet = LintRule(
        .idiomatic, "Default value that a comparison never lets through",
        why: "The comparison fails with the default just as it fails where the value is missing, so the reference alone says the same.",
        finds: ["allow if ↓object.get(input, [\"user\", \"role\"], \"none\") == \"admin\"", "allow if ↓object.get(input, \"x\", null) == 1"],
        accepts: ["allow if input.user.role == \"admin\"", "allow if object.get(input, \"role\", \"none\") == \"none\"", "allow if object.get(input, \"role\", \"none\") != \"admin\"", "allow if not object.get(input, \"x\", 1) == 2"]
    ) { file, report in
        for literal in file.literals where !literal.expression.isNegated {
            guard let (left, right, _) = literal.expression.sides(of: "equal") else { continue }
            for (side, other) in [(left, right), (right, left)] {
                guard let call = side.call, call.name == "object.get", call.arguments.count == 3, let fallback = call.arguments[2].constant, let value = other.constant else { continue }
                if fallback != value { report(side.location) }
            }
        }
    }
}
