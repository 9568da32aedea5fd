import Rego
import Support
import Testing

@testable import Lint

/// Policies with mistakes, as data in `Cases`: what each rule must find, and what it must leave alone.
struct RuleCase: Decodable, CustomTestStringConvertible {
    var rule: String
    /// With a `↓` before each place that is found; without one nothing is.
    var policy: String
    /// Settings of the rule, as JSON.
    var options: String?
    /// A JSON Schema of the input.
    var schema: String?

    var testDescription: String { "\(rule): \(policy)" }
}

@Suite struct RuleCaseTests {
    static let cases = Result { try CaseFiles.load(RuleCase.self, beside: #filePath) }

    @Test(arguments: (try? cases.get()) ?? [])
    func finds(_ item: RuleCase) throws {
        let rule = try #require(LintRule.all.first { $0.name == item.rule }, "no rule \(item.rule)")
        var options: [String: Value] = [:]
        if let text = item.options, case .object(let entries) = try Value(json: Array(text.utf8)) {
            for entry in entries { if case .string(let key) = entry.key { options[key] = entry.value } }
        }
        let schema = try item.schema.map { InputSchema(try Value(json: Array($0.utf8))) }
        MarkedPolicy(rule: rule, text: item.policy, options: options, inputSchema: schema).check()
    }

    /// How many bad policies there are, of all kinds.
    @Test func thereAreManyBadPolicies() throws {
        let bad = try Self.cases.get().count { $0.policy.contains("↓") } + LintRule.all.reduce(0) { $0 + $1.finds.count }
        #expect(bad >= 300, "\(bad)")
        let known = Set(try Self.cases.get().filter { $0.policy.contains("↓") }.map(\.rule)).union(LintRule.all.filter { !$0.finds.isEmpty }.map(\.name))
        #expect(known == Set(LintRule.all.map(\.name)))
    }
}
