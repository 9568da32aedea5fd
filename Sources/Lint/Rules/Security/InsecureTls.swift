import Rego

extension LintRule {
    static let insecureTls = LintRule(
        .security, "Request that does not verify the server",
        why: "Anyone on the way can answer instead of the server. Give the authority's certificate with `tls_ca_cert`.",
        finds: ["answer := http.send({\"method\": \"GET\", \"url\": \"https://a.example\", ↓\"tls_insecure_skip_verify\": true})"],
        accepts: ["answer := http.send({\"method\": \"GET\", \"url\": \"https://a.example\", \"tls_insecure_skip_verify\": false})"]
    ) { file, report in
        for site in file.index.objects {
            guard case .object(let entries) = site.term.kind else { continue }
            for entry in entries where entry.key.stringValue == "tls_insecure_skip_verify" && entry.value.isBoolean(true) { report(entry.key.location) }
        }
    }
}
