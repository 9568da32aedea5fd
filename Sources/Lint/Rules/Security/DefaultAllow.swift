import Rego

extension LintRule {
    static let defaultAllow = LintRule(
        .security, "Access that is allowed by default",
        why: "Whatever no rule speaks about is allowed. Begin with `default allow := false`, and say what is allowed.",
        finds: ["↓default allow := true\n\nallow := false if input.blocked"],
        accepts: ["default allow := false\n\nallow if input.x", "default enabled := true"]
    ) { file, report in
        for rule in file.module.rules where rule.isDefault && rule.head.value?.isBoolean(true) == true {
            if ["allow", "allowed", "authorized", "permit", "authz"].contains(rule.head.name) { report(rule.location) }
        }
    }
}
