import Conformance
import Foundation
import Rego
import Support
import Testing

/// A policy and the form that it gets; data in `Cases/Formatting`.
struct FormattingCase: Decodable, CustomTestStringConvertible {
    var note: String
    /// `v0` and `v0-v1` are read as v0.
    var target: String?
    var dropsKeywordImports: Bool?
    var policy: String
    var formatted: String

    var testDescription: String { note }

    var formatter: PolicyFormatter {
        let target: PolicyFormatter.Target = switch target {
        case "v0": .v0
        case "v0-v1": dropsKeywordImports == true ? .v1 : .v0AndV1
        default: .v1
        }
        return PolicyFormatter(target: target, dropsKeywordImports: dropsKeywordImports ?? false)
    }

    var version: RegoVersion { target == nil ? .v1 : .v0 }
}

@Suite(.ownThread) struct FormatterTests {
    static let cases = Result { try CaseFiles.load(FormattingCase.self, beside: #filePath, folder: "Cases/Formatting") }

    @Test func casesAreThere() throws { #expect(try Self.cases.get().count >= 12) }

    @Test(arguments: (try? cases.get()) ?? [])
    func policy(_ item: FormattingCase) throws {
        let formatted = try item.formatter.format(PolicySource(file: "p.rego", text: item.policy, version: item.version))
        #expect(formatted == item.formatted)
        let version: RegoVersion = item.formatter.target == .v1 ? .v1 : .v0
        var again = item.formatter
        if version == .v1 { again.target = .v1 }
        #expect(try again.format(PolicySource(file: "p.rego", text: formatted, version: version)) == formatted)
    }

    /// What a policy means does not depend on its form.
    @Test(arguments: try ConformanceTests.cases)
    func formattedCase(_ test: ConformanceCase) throws {
        #expect(try test.formatted().problem() == nil, "\(test.note)")
    }

    /// Comments at any place stay, and nothing else changes when the policy is formatted again.
    @Test(arguments: 0..<40)
    func commentsStay(_ seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        for item in try Self.cases.get() where item.target == nil {
            let (text, comments) = Self.withComments(item.formatted, &random)
            guard Parser.parse(PolicySource(file: "", text: text)).module != nil else { continue }
            let formatted = try PolicyFormatter().format(PolicySource(file: "", text: text))
            for comment in comments { #expect(formatted.contains(comment), "\(text)\nbecomes\n\(formatted)") }
            #expect(try PolicyFormatter().format(PolicySource(file: "", text: formatted)) == formatted, "\(text)")
        }
    }

    /// Comments behind some lines, and on lines of their own between some.
    private static func withComments(_ policy: String, _ random: inout SeededRandom) -> (text: String, comments: [String]) {
        var lines: [String] = [], comments: [String] = [], isRaw = false
        for line in policy.split(separator: "\n", omittingEmptySubsequences: false) {
            var line = String(line)
            let begins = isRaw
            if line.count(where: { $0 == "`" }) % 2 == 1 { isRaw.toggle() }
            func comment() -> String {
                comments.append("# comment \(comments.count).")
                return comments[comments.count - 1]
            }
            if !begins, Int.random(in: 0..<6, using: &random) == 0 { lines.append("  " + comment()) }
            if !isRaw, !line.contains("#"), Int.random(in: 0..<4, using: &random) == 0 { line += " " + comment() }
            lines.append(line)
        }
        return (lines.joined(separator: "\n"), comments)
    }
}
