import Foundation
import Rego
import Testing

@testable import Lint

@Suite struct ReporterTests {
    private static let report = Linter().lint([
        PolicySource(file: "a.rego", text: "package a\n\nopen if \"<é>\" == input.badge\n"), PolicySource(file: "b.rego", text: "package b\n\nx := 1\n"),
    ])

    @Test func pretty() {
        #expect(
            LintFormat.pretty.text(of: Self.report) == """
                error: Constant on the left of a comparison [style/yoda-condition]
                 --> a.rego:3:9
                  |
                3 | open if "<é>" == input.badge
                  |         ^^^^^^^^^^^^^^^^^^^^

                2 files linted. 1 violation found in 1 file.

                """)
        #expect(LintFormat.pretty.text(of: Self.report, colors: true).contains("\u{1b}[31merror\u{1b}[0m"))
    }

    @Test func compact() {
        #expect(
            LintFormat.compact.text(of: Self.report) == """
                a.rego:3:9: error: Constant on the left of a comparison [style/yoda-condition]
                2 files linted. 1 violation found in 1 file.

                """)
    }

    @Test func json() throws {
        let document = try Value(json: Array(LintFormat.json.text(of: Self.report).utf8))
        guard case .array(let violations)? = document["violations"], let first = violations.first else { throw LintSettings.Problem(description: "no violations") }
        #expect(first["title"] == "yoda-condition")
        #expect(first["category"] == "style")
        #expect(first["level"] == "error")
        #expect(first["location"]?["row"] == 3)
        #expect(first["location"]?["col"] == 9)
        #expect(document["summary"]?["files_scanned"] == 2)
        #expect(document["summary"]?["num_violations"] == 1)
    }

    @Test func sarif() throws {
        let document = try Value(json: Array(LintFormat.sarif.text(of: Self.report).utf8))
        #expect(document["version"] == "2.1.0")
        guard case .array(let runs)? = document["runs"], case .array(let results)? = runs.first?["results"] else { throw LintSettings.Problem(description: "no results") }
        #expect(results.first?["ruleId"] == "yoda-condition")
        guard case .array(let places)? = results.first?["locations"] else { throw LintSettings.Problem(description: "no places") }
        #expect(places.first?["physicalLocation"]?["region"]?["startLine"] == 3)
    }

    @Test func junit() {
        let text = LintFormat.junit.text(of: Self.report)
        #expect(text.contains(#"<testsuite name="a.rego" tests="1" failures="1">"#))
        #expect(text.contains(#"open if &quot;&lt;é&gt;&quot; == input.badge</failure>"#))
        #expect(XMLChecker.isWellFormed(text))
    }

    @Test func github() {
        #expect(LintFormat.github.text(of: Self.report).hasPrefix("::error file=a.rego,line=3,col=9,title=style/yoda-condition::Constant on the left of a comparison\n"))
    }

    @Test func nothingFound() {
        let report = Linter().lint([PolicySource(file: "b.rego", text: "package b\n\nx := 1\n")])
        #expect(LintFormat.pretty.text(of: report) == "1 file linted. No violations found.\n")
    }

    @Test func baselineKnowsLinesThatMove() throws {
        let known = try Baseline(Baseline(Self.report.findings).document)
        #expect(known.news(in: Self.report.findings).isEmpty)
        let moved = Linter().lint([PolicySource(file: "a.rego", text: "package a\n\n# new\n\nopen if \"<é>\" == input.badge\n\nshut if \"a\" == input.badge\n")])
        #expect(known.news(in: moved.findings).map(\.location.row) == [7])
        #expect(throws: LintSettings.Problem.self) { try Baseline(["a": 1]) }
    }
}

/// Every tag that opens is closed, in order.
private enum XMLChecker {
    static func isWellFormed(_ text: String) -> Bool {
        var open: [Substring] = []
        for piece in text.split(separator: "<").dropFirst() {
            guard let tag = piece.split(separator: ">").first, !tag.hasPrefix("?") else { continue }
            let name = tag.split(separator: " ").first ?? ""
            if name.hasPrefix("/") { guard open.popLast() == name.dropFirst() else { return false } } else if !tag.hasSuffix("/") { open.append(name) }
        }
        return open.isEmpty
    }
}
