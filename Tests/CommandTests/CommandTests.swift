import Foundation
import Support
import Testing

/// Commands with what they print and how they end, as data in `Cases`.
struct CommandCase: Decodable, CustomTestStringConvertible {
    var note: String
    var files: [String: String]?
    var arguments: [String]
    var input: String?
    var output: String?
    /// Parts of standard output, where all of it is not always the same.
    var outputParts: [String]?
    /// Parts of standard error, in any order.
    var error: [String]?
    var code: Int32?

    var testDescription: String { note }
}

@Suite(.ownThread) struct CommandTests {
    static let cases = Result { try CaseFiles.load(CommandCase.self, beside: #filePath) }

    @Test func casesAreThere() throws { #expect(try Self.cases.get().count > 20) }

    @Test(arguments: (try? cases.get()) ?? [])
    func command(_ item: CommandCase) throws {
        let folder = try TemporaryFolder(files: item.files ?? [:])
        let outcome = try Command.verdict(item.arguments, in: folder.url, input: item.input ?? "")
        if let output = item.output { #expect(outcome.output == output) }
        for part in item.outputParts ?? [] { #expect(outcome.output.contains(part), "standard output: \(outcome.output)") }
        for part in item.error ?? [] { #expect(outcome.error.contains(part), "standard error: \(outcome.error)") }
        if item.error == nil { #expect(outcome.error == "") }
        #expect(outcome.code == item.code ?? 0, "\(outcome.error)")
    }

    /// A new folder of policies is formatted, without mistakes, and its tests would notice one.
    @Test(arguments: [["fmt", "--fail", "--list"], ["check", "--strict"], ["test"], ["test", "--mutate", "--threshold", "90"]])
    func newPoliciesAreGood(_ arguments: [String]) throws {
        let folder = try TemporaryFolder(files: [:])
        #expect(try Command.verdict(["new", "shop"], in: folder.url).code == 0)
        let outcome = try Command.verdict(arguments + ["shop/policies"], in: folder.url)
        #expect(outcome.code == 0, "\(outcome.output)\(outcome.error)")
    }
}
