import Rego

extension LintRule {
    static let plainHttp = LintRule(
        .security, "Request without TLS",
        why: "What is sent and answered can be read and changed on the way. Use `https`.",
        finds: ["answer := http.send({\"method\": \"GET\", \"url\": ↓\"http://users.example/a\"})"],
        accepts: ["answer := http.send({\"method\": \"GET\", \"url\": \"https://users.example/a\"})", "answer := http.send({\"method\": \"GET\", \"url\": \"http://localhost:8181/a\"})"]
    ) { file, report in
        for site in file.calls(to: "http.send") {
            guard case .object(let entries)? = site.arguments.first?.kind, let url = entries.first(where: { $0.key.stringValue == "url" })?.value, let text = url.stringValue else { continue }
            if text.hasPrefix("http://"), !["http://localhost", "http://127.0.0.1", "http://[::1]"].contains(where: text.hasPrefix) { report(url.location) }
        }
    }
}
