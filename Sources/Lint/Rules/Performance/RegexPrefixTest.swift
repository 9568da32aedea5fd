import Rego

extension LintRule {
    static let regexPrefixTest = LintRule(
        .performance, "Regular expression that only tests for a fixed text",
        why: "`startswith`, `endswith`, `contains` and `==` say the same, without a regular expression that must be compiled and can be misread.",
        finds: ["allow if ↓regex.match(\"^/public/\", input.path)", "allow if ↓regex.match(`admin$`, input.role)", "allow if ↓regex.match(\"^admin$\", input.role)"],
        accepts: ["allow if startswith(input.path, \"/public/\")", "allow if regex.match(\"^/v[12]/\", input.path)"]
    ) { file, report in
        for site in file.calls(to: ["regex.match", "re_match"]) where site.arguments.count == 2 {
            guard let pattern = site.arguments[0].stringValue, let plain = PlainPattern(pattern) else { continue }
            let value = file.text(site.arguments[1].location), text = plain.text.quoted
            let call = switch plain.kind {
            case .prefix: "startswith(\(value), \(text))"
            case .suffix: "endswith(\(value), \(text))"
            case .part: "contains(\(value), \(text))"
            case .whole: "\(value) == \(text)"
            }
            report(site.location, call, fix: site.isLiteral ? .replace(site.location, with: call) : nil)
        }
    }
}
