import Foundation
import Support
import Testing

/// No key of the configuration is read that no page tells of.
@Suite struct ConfigurationPages {
    @Test func everyKeyIsToldOf() throws {
        let sources = Command.repository.appendingPathComponent("Sources/Governance/Configuration")
        let pages = try ConsoleExamples.documents.filter { $0.hasPrefix("docs/") }.map { try String(contentsOf: Command.repository.appendingPathComponent($0), encoding: .utf8) }
        let told = Set(pages.joined(separator: "\n").matches(of: /[a-zA-Z0-9_]+/).map { String($0.0) })
        // Where objectives are in OpenSLO, the keys are those of its specification.
        var count = 0
        for file in try FileManager.default.contentsOfDirectory(atPath: sources.path).sorted() where file != "OpenSLOSettings.swift" {
            let text = try String(contentsOf: sources.appendingPathComponent(file), encoding: .utf8)
            for read in text.matches(of: /\.(?:string|strings|flag|number|numbers|integer|seconds|value|choice|section|sections|has)\("([a-z0-9_]+)"/) {
                count += 1
                #expect(told.contains(String(read.1)), "\(file) reads '\(read.1)', of which no page in docs tells")
            }
        }
        #expect(count > 250)
    }
}
