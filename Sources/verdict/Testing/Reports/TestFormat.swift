import ArgumentParser
import Foundation
import Rego

/// How `verdict test` prints results. Each format is a file of its own that declares one of these; `all` names them.
struct TestFormat: NamedFormat, Sendable {
    static let all: [TestFormat] = [pretty, json, junit, gobench]

    let name: String
    let text: @Sendable (TestReport) -> String
}

/// What there is to print of a run of tests.
struct TestReport: Sendable {
    let results: [TestResult]
    /// Also shows tests that pass.
    var isVerbose = false
    var hasColors = false
    /// The text of each policy file, to show failing lines.
    private let sources: [String: [Substring]]

    init(_ results: [TestResult], modules: [Module]) {
        self.results = results
        sources = Dictionary(modules.map { ($0.file, $0.text.split(separator: "\n", omittingEmptySubsequences: false)) }) { first, _ in first }
    }

    /// A line of a policy, without the space around it.
    func line(at location: SourceLocation) -> String? {
        guard let lines = sources[location.file], lines.indices.contains(location.row - 1) else { return nil }
        return lines[location.row - 1].trimmingCharacters(in: .whitespaces)
    }

    /// The failing line and what its variables were, each in a line.
    func lines(about failure: Observer.Event) -> [String] {
        let location = failure.location
        return ["\(location.file):\(location.row):"] + (line(at: location).map { ["  \($0)"] } ?? [])
            + failure.variables.map { "    \($0.name) = \(String(decoding: $0.value.json(escapesHTML: false), as: UTF8.self))" }
    }
}
