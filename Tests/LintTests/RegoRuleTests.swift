import Rego
import Testing

@testable import Lint

/// Rules written in Rego.
@Suite struct RegoRuleTests {
    private static let rule = PolicySource(
        file: "rules/acme.rego",
        text: """
            # METADATA
            # title: Name of a person in a policy
            # description: Policies outlive people.
            package custom.verdict.rules.naming["no-persons"]

            report contains {"location": rule.location, "description": rule.name} if {
                some rule in input.rules
                rule.name in {"ann", "ben"}
            }
            """)

    @Test func findsAndIsConfigured() throws {
        let rules = try RegoRules.rules(from: [Self.rule])
        #expect(rules.map(\.name) == ["no-persons"])
        let policy = PolicySource(file: "a.rego", text: "package a\n\nx := 1\n\nben := 2\n")
        let report = Linter(rules: rules).lint([policy])
        #expect(report.findings.map { "\($0.location.row):\($0.location.column) \($0.message)" } == ["5:1 Name of a person in a policy: ben"])
        let settings = try LintSettings(try Value(yaml: "rules: {custom: {no-persons: {level: warning}}}"), rules: LintRule.all + rules)
        #expect(Linter(rules: rules, settings: settings).lint([policy]).findings.map(\.level) == [.warning])
        let ignoring = PolicySource(file: "a.rego", text: "package a\n\n# verdict ignore:no-persons\nben := 2\n")
        #expect(Linter(rules: rules).lint([ignoring]).findings.isEmpty)
    }

    @Test func whatIsNoRuleIsSaid() {
        #expect(throws: LintSettings.Problem.self) { try RegoRules.rules(from: [PolicySource(file: "a.rego", text: "package a\n\nx := 1")]) }
        #expect(throws: DiagnosticList.self) { try RegoRules.rules(from: [PolicySource(file: "a.rego", text: "package a\n\nx := y")]) }
        let taken = Self.rule.text.replacing("no-persons", with: "todo-comment")
        #expect(throws: LintSettings.Problem.self) { try RegoRules.rules(from: [PolicySource(file: "a.rego", text: taken)]) }
    }
}
