import Rego

extension LintRule {
    static let requestFromInput = LintRule(
        .security, "Request to an address that the caller chooses",
        why: "The caller decides whom the service asks, and can reach what only the service may. Keep addresses in the policy or its data.",
        finds: ["answer := http.send({\"method\": \"GET\", \"url\": ↓input.url})"],
        accepts: ["answer := http.send({\"method\": \"GET\", \"url\": data.services.users})"]
    ) { file, report in
        for site in file.calls(to: "http.send") {
            guard case .object(let entries)? = site.arguments.first?.kind, let url = entries.first(where: { $0.key.stringValue == "url" })?.value else { continue }
            if url.fixedPath?.hasPrefix("input.") == true { report(url.location) }
        }
    }
}
