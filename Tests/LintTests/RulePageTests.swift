import Foundation
import Testing

@testable import Lint

/// `docs/lint` says what the rules say.
@Suite struct RulePageTests {
    @Test(arguments: LintRule.Category.allCases) func pageIsUpToDate(_ category: LintRule.Category) throws {
        let file = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../docs/lint/\(category.rawValue).md").standardizedFileURL
        let wanted = LintRule.page(of: category)
        if ProcessInfo.processInfo.environment["UPDATE_LINT_RULES"] == "1" {
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try wanted.write(to: file, atomically: true, encoding: .utf8)
        }
        #expect(try String(contentsOf: file, encoding: .utf8) == wanted, "run UPDATE_LINT_RULES=1 swift test --filter LintTests")
    }
}
