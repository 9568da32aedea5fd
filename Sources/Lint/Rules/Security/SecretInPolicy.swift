import Rego

extension LintRule {
    static let secretInPolicy = LintRule(
        .security, "Secret in the text of a policy",
        why: "Policies are read by many and kept for ever. Pass secrets in configuration, or ask whoever issues them.",
        finds: [
            "key := ↓\"-----BEGIN PRIVATE KEY-----\"", "↓password := \"hunter2000\"", "allow if input.key == ↓\"AKIAIOSFODNN7EXAMPLE\"", "settings := {↓\"api_key\": \"d41d8cd98f00b204\"}",
        ],
        accepts: ["password := input.password", "kind := \"password\"", "token := \"\"", "test_login if allow with input as {\"password\": \"hunter2000\"}"]
    ) { file, report in
        guard !file.isTest else { return }
        for site in file.index.strings where !file.branches[site.branch].rule.isTest {
            if let text = site.term.stringValue, SecretShapes.isSecret(text) { report(site.term.location) }
        }
        for branch in file.branches where !branch.isElse && branch.rule.hasNoBody && SecretShapes.isNameOfSecret(branch.rule.head.name) {
            if let text = branch.rule.head.value?.stringValue, SecretShapes.mayBeSecret(text) { report(branch.rule.head.location) }
        }
        for site in file.index.objects where !file.branches[site.branch].rule.isTest {
            guard case .object(let entries) = site.term.kind else { continue }
            for entry in entries {
                if let key = entry.key.stringValue, SecretShapes.isNameOfSecret(key), let text = entry.value.stringValue, SecretShapes.mayBeSecret(text) { report(entry.key.location) }
            }
        }
    }
}

enum SecretShapes {
    /// Texts that are keys whatever they are called: how the keys of well-known issuers begin, and how long they are at least.
    private static let shapes: [(prefix: String, length: Int)] = [
        ("-----BEGIN PRIVATE KEY", 0), ("-----BEGIN RSA PRIVATE KEY", 0), ("-----BEGIN EC PRIVATE KEY", 0), ("-----BEGIN OPENSSH PRIVATE KEY", 0),
        ("AKIA", 20), ("ASIA", 20), ("ghp_", 36), ("gho_", 36), ("github_pat_", 40), ("glpat-", 20), ("xoxb-", 20), ("xoxp-", 20), ("sk_live_", 20), ("AIza", 39),
    ]

    private static let names = ["password", "passwd", "secret", "api_key", "apikey", "private_key", "access_key", "client_secret", "auth_token"]

    static func isSecret(_ text: String) -> Bool {
        if let shape = shapes.first(where: { text.hasPrefix($0.prefix) }) { return text.utf8.count >= shape.length && (shape.length == 0 || !text.contains(" ")) }
        // A signed token: header, claims, signature.
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 3 && text.hasPrefix("eyJ") && parts[1].hasPrefix("eyJ") && parts[2].utf8.count > 20
    }

    static func isNameOfSecret(_ name: String) -> Bool {
        let name = name.lowercased()
        return names.contains { name == $0 || name.hasSuffix("_" + $0) }
    }

    /// A word of some length that is not a placeholder.
    static func mayBeSecret(_ text: String) -> Bool {
        text.utf8.count >= 8 && !text.contains(" ") && !text.hasPrefix("$") && !text.hasPrefix("<") && !text.hasPrefix("{")
    }
}
