import Rego

extension LintRule {
    static let deprecatedBuiltin = LintRule(
        .bugs, "Deprecated built-in function",
        why: "It may go away, and there is a better one: `any` and `all` are written with `some … in` and `every`, `re_match` is `regex.match`, `net.cidr_overlap` is `net.cidr_contains`.",
        version: .v0,
        finds: ["allow { ↓any([input.a, input.b]) }", "allow { ↓re_match(\"^a\", input.x) }"],
        accepts: ["allow { regex.match(\"^a\", input.x) }"]
    ) { file, report in
        for site in file.calls where !site.call.isInfix {
            if BuiltinRegistry.standard[site.name]?.isDeprecated == true { report(site.location, site.name) }
        }
    }
}
