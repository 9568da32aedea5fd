import Rego

extension LintRule {
    static let wildcardHost = LintRule(
        .security, "Pattern of hosts that everybody can meet",
        why: "`*example.org` matches `evilexample.org`. Put a point behind the star.",
        finds: ["allow if glob.match(↓\"*example.org\", [], input.host)", "allow if endswith(input.host, ↓\"example.org\")"],
        accepts: ["allow if glob.match(\"*.example.org\", [\".\"], input.host)", "allow if endswith(input.host, \".example.org\")", "allow if endswith(input.path, \".png\")"]
    ) { file, report in
        for site in file.calls(to: ["glob.match", "endswith"]) where site.arguments.count >= 2 {
            let pattern = site.name == "endswith" ? site.arguments[1] : site.arguments[0], value = site.arguments[site.name == "endswith" ? 1 - 1 : site.arguments.count - 1]
            guard let last = value.fixedPath?.split(separator: ".").last, ["host", "hostname", "domain", "email", "origin", "server_name"].contains(last), let text = pattern.stringValue else { continue }
            let rest = site.name == "endswith" ? Substring(text) : text.hasPrefix("*") ? text.drop { $0 == "*" } : "."
            if let first = rest.first, first != ".", first != "@", first != "*", rest.contains(".") { report(pattern.location) }
        }
    }
}
