import Rego

extension LintRule {
    /// The rule's documentation in Markdown: `--explain` prints it, and the pages in `docs/lint` are made of it.
    public var page: String {
        var sections = ["## \(name)", "**\(title)** (\(category.rawValue)\(isOptional ? ", off until enabled" : ""))", why]
        if !finds.isEmpty { sections += ["Found, at `↓`:", Self.block(finds)] }
        if !accepts.isEmpty { sections += ["Not found:", Self.block(accepts)] }
        var settings = ["    \(name):", "      level: \(isOptional ? "ignore" : "error")"]
        for (option, value) in options.sorted(by: { $0.key < $1.key }) { settings.append("      \(option): \(value.regoText)") }
        sections += ["Settings, with what holds where nothing is set:", "```yaml\nrules:\n  \(category.rawValue):\n\(settings.joined(separator: "\n"))\n```"]
        return sections.joined(separator: "\n\n") + "\n"
    }

    /// The page of a category.
    public static func page(of category: Category) -> String {
        let rules = all.filter { $0.category == category }
        let contents = rules.map { "- [\($0.name)](#\($0.name)): \($0.title)\n" }.joined()
        return """
            # Lint rules: \(category.rawValue)

            Made from `Sources/Lint/Rules` by `UPDATE_LINT_RULES=1 swift test --filter LintTests`. How to lint: [lint](../lint.md).

            \(contents)
            \(rules.map(\.page).joined(separator: "\n"))
            """
    }

    private static func block(_ examples: [String]) -> String {
        let shown = examples.map { example in
            let lines = example.split(separator: "\n", omittingEmptySubsequences: false)
            return (lines.count > longest ? lines.prefix(longest) + ["# and so on"] : lines).joined(separator: "\n")
        }
        return "```rego\n" + shown.joined(separator: "\n\n# or\n\n").split(separator: "\t", omittingEmptySubsequences: false).joined(separator: "    ") + "\n```"
    }

    /// Lines of an example that a page shows.
    private static let longest = 16

    /// Names and titles, a line a rule, by category.
    public static func listing(_ rules: [LintRule]) -> String {
        let width = rules.map(\.name.count).max() ?? 0
        return rules.map { rule in
            "\(rule.category.rawValue.padded(to: 13))\(rule.name.padded(to: width + 2))\(rule.title)\(rule.isOptional ? " (off until enabled)" : "")\n"
        }.joined()
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
