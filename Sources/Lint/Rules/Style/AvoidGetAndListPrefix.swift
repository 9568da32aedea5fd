import Rego

extension LintRule {
    static let avoidGetAndListPrefix = LintRule(
        .style, "Rule named `get_…` or `list_…`",
        why: "Rules say what something is, not what is to be done: `users` rather than `get_users`.",
        finds: ["↓get_user(name) := data.users[name]", "↓list_admins contains x if some x in input.xs"],
        accepts: ["user(name) := data.users[name]", "getter := 1"]
    ) { file, report in
        for rule in file.module.rules where rule.head.name.hasPrefix("get_") || rule.head.name.hasPrefix("list_") { report(rule.head.location) }
    }
}
