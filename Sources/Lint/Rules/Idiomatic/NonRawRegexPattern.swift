import Rego

extension LintRule {
    static let nonRawRegexPattern = LintRule(
        .idiomatic, "Regular expression with escaped backslashes",
        why: "In backticks a pattern stands as it is, without a second backslash.",
        finds: ["allow if regex.match(↓\"^\\\\d+$\", input.x)"],
        accepts: ["allow if regex.match(`^\\d+$`, input.x)", "allow if regex.match(\"^a+$\", input.x)"]
    ) { file, report in
        let places = ["regex.match": 0, "regex.replace": 1, "regex.split": 0, "regex.find_n": 0, "regex.is_valid": 0, "regex.find_all_string_submatch_n": 0, "regex.template_match": 0]
        for site in file.calls where !site.call.isInfix {
            guard let place = places[site.name], site.arguments.indices.contains(place), let pattern = site.arguments[place].stringValue else { continue }
            let location = site.arguments[place].location, text = file.text(location)
            guard text.hasPrefix("\""), text.contains("\\") else { continue }
            let isPlain = !pattern.contains("`") && !pattern.contains("\n")
            report(location, fix: isPlain ? .replace(location, with: "`\(pattern)`") : nil)
        }
    }
}
