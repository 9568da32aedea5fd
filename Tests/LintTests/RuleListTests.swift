import Foundation
import Testing

@testable import Lint

/// The list of rules is the folder of rules.
@Suite struct RuleListTests {
    private static let folder = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../Sources/Lint/Rules").standardizedFileURL

    /// Category and file name of each rule, in the order of the list.
    private static func files() throws -> [(category: String, name: String)] {
        try LintRule.Category.allCases.map(\.rawValue.capitalized).flatMap { category in
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent(category).path)
            return names.filter { $0.hasSuffix(".swift") }.map { String($0.dropLast(".swift".count)) }.sorted().map { (category, $0) }
        }
    }

    private static func text(_ files: [(category: String, name: String)]) -> String {
        let members = files.map { "        .\($0.name.prefix(1).lowercased())\($0.name.dropFirst()),\n" }.joined()
        return """
            // Made from the names of the files beside it by `UPDATE_LINT_RULES=1 swift test --filter RuleListTests`.

            extension LintRule {
                /// Every rule, in the order of categories and names.
                public static let all: [LintRule] = [
            \(members)    ]
            }

            """
    }

    @Test func listIsUpToDate() throws {
        let file = Self.folder.appendingPathComponent("RuleList.swift")
        let wanted = Self.text(try Self.files())
        if ProcessInfo.processInfo.environment["UPDATE_LINT_RULES"] == "1" { try wanted.write(to: file, atomically: true, encoding: .utf8) }
        #expect(try String(contentsOf: file, encoding: .utf8) == wanted, "run UPDATE_LINT_RULES=1 swift test --filter RuleListTests")
    }

    @Test func rulesAreNamedAfterTheirFiles() throws {
        let files = try Self.files()
        #expect(LintRule.all.map(\.name) == files.map { LintRule.name(ofFile: $0.name + ".swift") })
        #expect(LintRule.all.map(\.category.rawValue) == files.map { $0.category.lowercased() })
        #expect(Set(LintRule.all.map(\.name)).count == LintRule.all.count)
    }

    @Test func everyRuleHasExamples() {
        for rule in LintRule.all {
            #expect(!rule.accepts.isEmpty, "\(rule.name)")
            // What the input looks like is said by cases.
            #expect(!rule.finds.isEmpty || rule.name == "unknown-input-field", "\(rule.name)")
            #expect(!rule.title.hasSuffix("."), "\(rule.name)")
        }
    }
}
