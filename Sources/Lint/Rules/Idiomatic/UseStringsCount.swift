import Rego

extension LintRule {
    static let useStringsCount = LintRule(
        .idiomatic, "Occurrences counted through a list of them",
        why: "`strings.count` counts how often a text stands in another without building lists.",
        finds: ["n := ↓count(indexof_n(input.text, \"a\"))", "n := ↓count(regex.find_n(\"a\", input.text, -1))", "n := ↓count(split(input.path, \"/\")) - 1"],
        accepts: ["n := strings.count(input.text, \"a\")", "n := count(regex.find_n(`\\d+`, input.text, -1))", "n := count(split(input.path, \"/\"))"]
    ) { file, report in
        let special = Set("\\.+*?()|[]{}^$")
        for site in file.calls(to: "count") {
            guard let inner = site.arguments.first?.call else { continue }
            let isPlainPattern = inner.name == "regex.find_n" && inner.arguments.first?.stringValue.map { !$0.contains(where: special.contains) } == true && inner.arguments.last?.description == "-1"
            if inner.name == "indexof_n" || isPlainPattern { report(site.location) }
        }
        for site in file.calls(to: "minus") where site.arguments.count == 2 && site.arguments[1].constant == 1 {
            if let count = site.arguments[0].call, count.name == "count", count.arguments.first?.call?.name == "split" { report(site.location) }
        }
    }
}
