import Foundation
import Rego
import Support
import Testing

@testable import Lint

/// A policy with a `↓` before each place where one rule must find something, and nothing else.
struct MarkedPolicy: CustomTestStringConvertible {
    let rule: LintRule
    let text: String
    var options: [String: Value] = [:]
    var inputSchema: InputSchema?
    var testDescription: String { "\(rule.name): \(text)" }

    /// The files and the places of the marks in them, `file:row:column`.
    private var files: (sources: [PolicySource], marks: [String]) {
        var sources: [PolicySource] = [], marks: [String] = []
        var name = "policy.rego", lines: [String] = []
        func finish() {
            guard !lines.isEmpty else { return }
            if !lines.contains(where: { $0.hasPrefix("package ") || $0.hasPrefix("↓package ") }) { lines.insert(contentsOf: ["package policy", ""], at: 0) }
            for row in lines.indices {
                while let mark = lines[row].range(of: "↓") {
                    marks.append("\(name):\(row + 1):\(lines[row][..<mark.lowerBound].utf8.count + 1)")
                    lines[row].removeSubrange(mark)
                }
            }
            sources.append(PolicySource(file: name, text: lines.joined(separator: "\n") + "\n", version: rule.version))
            lines = []
        }
        for line in text.components(separatedBy: "\n") {
            guard line.hasPrefix("# file: ") else {
                lines.append(line)
                continue
            }
            finish()
            name = String(line.dropFirst("# file: ".count))
        }
        finish()
        return (sources, marks.sorted())
    }

    func check() {
        let (sources, marks) = files
        var settings = LintSettings()
        settings.choices.enabled = [rule.name]
        settings.setOptions(options, of: rule.name)
        let report = Linter(rules: [rule], settings: settings, inputSchema: inputSchema).lint(sources)
        #expect(report.problems.map(\.description) == [])
        #expect(report.findings.map { "\($0.location.file):\($0.location.row):\($0.location.column)" }.sorted() == marks)
    }
}

@Suite struct RuleExampleTests {
    static let found = LintRule.all.flatMap { rule in rule.finds.map { MarkedPolicy(rule: rule, text: $0) } }
    static let accepted = LintRule.all.flatMap { rule in rule.accepts.map { MarkedPolicy(rule: rule, text: $0) } }

    @Test(arguments: found) func finds(_ example: MarkedPolicy) {
        #expect(example.text.contains("↓"))
        example.check()
    }

    @Test(arguments: accepted) func accepts(_ example: MarkedPolicy) {
        #expect(!example.text.contains("↓"))
        example.check()
    }
}
