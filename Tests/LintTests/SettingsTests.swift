import Rego
import Testing

@testable import Lint

@Suite struct SettingsTests {
    private static let policy = PolicySource(file: "policies/door.rego", text: "package door\n\nopen if \"gold\" == input.badge\n\nopen if input.x # TODO\n")

    private static func rules(_ settings: LintSettings, _ policy: PolicySource = policy) -> [String] {
        Linter(settings: settings).lint([policy]).findings.map(\.rule)
    }

    @Test func everythingIsAnErrorAtFirst() {
        let report = Linter().lint([Self.policy])
        #expect(report.findings.map(\.rule) == ["yoda-condition", "todo-comment"])
        #expect(report.findings.allSatisfy { $0.level == .error })
    }

    @Test(arguments: [
        ("rules: {style: {todo-comment: {level: ignore}}}", ["yoda-condition"]),
        ("rules: {style: {default: {level: ignore}}}", []),
        ("rules: {default: {level: ignore}, style: {todo-comment: {level: error}}}", ["todo-comment"]),
        ("rules: {style: {todo-comment: {ignore: {files: ['policies/*']}}}}", ["yoda-condition"]),
        ("rules: {style: {todo-comment: {ignore: {files: ['*_test.rego']}}}}", ["yoda-condition", "todo-comment"]),
        ("ignore: {files: [policies/]}", []),
        ("ignore: {files: ['**/door.rego']}", []),
        ("rules: {style: {line-length: {max-line-length: 20}}}", ["line-length", "yoda-condition", "line-length", "todo-comment"]),
    ])
    func configurations(_ yaml: String, _ expected: [String]) throws {
        let found = Self.rules(try LintSettings(try Value(yaml: yaml)))
        #expect(found.sorted() == expected.sorted(), "\(yaml)")
    }

    @Test(arguments: [
        ("rules: {style: {tood-comment: {level: ignore}}}", "rules.style.tood-comment: no such rule"),
        ("rules: {stlye: {}}", "rules.stlye: no such category"),
        ("rules: {style: {todo-comment: {level: loud}}}", "expected error, warning or ignore"),
        ("rules: {naming: {no-persons: {level: error}}}", "rules.naming: no such category"),
        ("rules: [style]", "rules: expected categories"),
        ("ignore: {files: a}", "expected a list of patterns"),
    ])
    func mistakes(_ yaml: String, _ expected: String) throws {
        let document = try Value(yaml: yaml)
        #expect { try LintSettings(document) } throws: { "\($0)".contains(expected) }
    }

    @Test func flagsCountMoreThanTheFile() throws {
        var settings = try LintSettings(try Value(yaml: "rules: {style: {todo-comment: {level: ignore}}}"))
        settings.choices.enabled = ["todo-comment"]
        settings.choices.disablesAll = true
        #expect(Self.rules(settings) == ["todo-comment"])
    }

    @Test(arguments: ["# regal ignore:todo-comment", "# verdict ignore:line-length,todo-comment", "# verdict ignore:line-length, todo-comment"])
    func commentsAboveIgnore(_ comment: String) {
        let text = "package door\n\n\(comment)\n# why it is so\nopen if input.x # TODO\n"
        // The line between is a comment too, and not about anything.
        #expect(Self.rules(LintSettings(), PolicySource(file: "a.rego", text: text)) == [])
    }

    @Test func commentsBesideIgnore() {
        let text = "package door\n\nopen if \"gold\" == input.badge # regal ignore:yoda-condition\n\nshut if \"gold\" == input.badge\n"
        #expect(Linter().lint([PolicySource(file: "a.rego", text: text)]).findings.map(\.location.row) == [5])
    }

    @Test func unreadableFilesAreProblems() {
        let report = Linter().lint([Self.policy, PolicySource(file: "b.rego", text: "package b\n\nx := {")])
        #expect(Set(report.problems.map(\.location?.file)) == ["b.rego"])
        #expect(report.findings.count == 2)
    }
}
