import Rego

extension LintRule {
    static let weakHash = LintRule(
        .security, "Hash function that no longer protects",
        why: "Collisions of MD5 and SHA-1 can be made. Use `crypto.sha256`.",
        finds: ["digest := ↓crypto.md5(input.text)", "digest := ↓crypto.sha1(input.text)", "mac := ↓crypto.hmac.md5(input.text, data.key)"],
        accepts: ["digest := crypto.sha256(input.text)"]
    ) { file, report in
        for site in file.calls(to: ["crypto.md5", "crypto.sha1", "crypto.hmac.md5", "crypto.hmac.sha1"]) { report(site.location) }
    }
}
