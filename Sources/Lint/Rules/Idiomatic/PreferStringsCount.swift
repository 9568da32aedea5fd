import Rego

extension LintRule {
    static let preferStringsCount = LintRule(
        .idiomatic, "Occurrences counted through a list of them",
        why: "`strings.count` counts how often a text stands in another without building lists.",
        finds: ["n := ↓count(indexof_n(input.text, \"a\"))", "n := ↓count(regex.find_n(\"a\", input.text, -1))"],
        accepts: ["n := strings.count(input.text, \"a\")", "n := count(regex.find_n(`\\d+`, input.text, -1))"]
    ) { file, report in
        let special = Set("\\.+*?()|[]{}^$")
        for site in file.calls(to: "count") {
            guard let inner = site.arguments.first?.call else { continue }
            let isPlainPattern = inner.name == "regex.find_n" && inner.arguments.first?.stringValue.map { !$0.contains(where: special.contains) } == true && inner.arguments.last?.description == "-1"
            if inner.name == "indexof_n" || isPlainPattern { report(site.location) }
        }
    }
}
