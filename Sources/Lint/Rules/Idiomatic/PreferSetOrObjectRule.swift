import Rego

extension LintRule {
    static let preferSetOrObjectRule = LintRule(
        .idiomatic, "Comprehension that is a rule's only value",
        why: "`names contains x if …` builds the same set, can be extended in other files, and is asked for single members without building it.",
        finds: ["names := ↓{x | some x in input.xs; x != \"\"}"],
        accepts: ["names contains x if {\n\tsome x in input.xs\n\tx != \"\"\n}", "names := {x | some x in input.xs}", "list := [x | some x in input.xs; x > 1]"]
    ) { file, report in
        for rule in file.module.rules where rule.hasNoBody && rule.head.arguments == nil && rule.head.key == nil {
            guard let value = rule.head.value else { continue }
            switch value.kind {
            // A body of one `some` only turns an array into a set.
            case .setComprehension(_, let body) where body.count > 1: report(value.location)
            case .objectComprehension(_, _, let body) where body.count > 1: report(value.location)
            default: break
            }
        }
    }
}
