import Rego

extension LintRule {
    static let inconsistentArgs = LintRule(
        .bugs, "Arguments named differently from the function's first definition",
        why: "Readers take arguments at the same place for the same thing. Different names hint at an exchange of two of them.",
        finds: ["f(user, role) if user.role == role\n\nf(↓role, user) if user.admin"],
        accepts: ["f(user, role) if user.role == role\n\nf(user, _) if user.admin", "f(\"a\", x) := x\n\nf(\"b\", x) := x"]
    ) { file, report in
        for rules in file.functions {
            var names: [Int: String] = [:]
            for rule in rules {
                let strange = (rule.head.arguments ?? []).enumerated().first { position, argument in
                    guard let name = argument.localName else { return false }
                    if names[position] == nil { names[position] = name }
                    return names[position] != name
                }
                if let strange { report(strange.element.location) }
            }
        }
    }
}
