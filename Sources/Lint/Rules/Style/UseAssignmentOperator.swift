import Rego

extension LintRule {
    static let useAssignmentOperator = LintRule(
        .style, "Value of a rule given with `=`",
        why: "`:=` defines; `=` unifies. With `:=` OPA refuses a second definition of the same constant.",
        finds: ["↓limit = 10", "↓default allow = false\n\nallow if input.x", "↓size(x) = 1 if x > 2"],
        accepts: ["limit := 10", "default allow := false\n\nallow if input.x"]
    ) { file, report in
        for rule in file.module.rules where rule.head.value != nil && !rule.head.isAssignment && rule.head.key == nil {
            // What was not written is not between name and value.
            let head = file.text(rule.isDefault ? rule.location : rule.head.location)
            guard let value = rule.head.value, value.location.offset > rule.head.location.offset, head.contains("=") else { continue }
            var operatorOffset = value.location.offset - 1
            while operatorOffset > rule.location.offset, file.bytes[operatorOffset] != UInt8(ascii: "=") { operatorOffset -= 1 }
            guard file.bytes[operatorOffset] == UInt8(ascii: "=") else { continue }
            report(rule.location, fix: Fix(edits: [Fix.Edit(range: operatorOffset..<operatorOffset + 1, text: ":=")]))
        }
    }
}
