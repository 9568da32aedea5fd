import Foundation
import Rego
import Testing

@testable import Lint

/// The policies of this project are as the linter wants policies to be.
@Suite struct ProjectPolicyTests {
    @Test(arguments: ["policies", "examples"]) func nothingIsFound(in folder: String) throws {
        let root = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../\(folder)").standardizedFileURL
        let names = try #require(FileManager.default.enumerator(atPath: root.path)).compactMap { $0 as? String }.filter { $0.hasSuffix(".rego") }
        let sources = try names.sorted().map { PolicySource(file: "\(folder)/\($0)", text: try String(contentsOf: root.appendingPathComponent($0), encoding: .utf8)) }
        // The two revisions of a policy that are compared are one policy.
        for group in Dictionary(grouping: sources, by: { $0.file.contains("/next/") }).values {
            let report = Linter().lint(group)
            #expect(report.problems.isEmpty)
            #expect(LintFormat.compact.text(of: report).contains("No violations found."), "\(LintFormat.compact.text(of: report))")
        }
    }
}
