import Foundation
import Support
import Testing

/// What the server answers about policies, as data in `Cases`.
///
/// To write the answers anew: `UPDATE_LANGUAGE_CASES=1 swift test --filter LanguageCaseTests`.
@Suite(.ownThread) struct LanguageCaseTests {
    static let cases = Result { try LanguageCase.load() }
    private static let updates = ProcessInfo.processInfo.environment["UPDATE_LANGUAGE_CASES"] != nil

    @Test func casesAreThere() throws { #expect(try Self.cases.get().count >= 40) }

    @Test(.enabled(if: !updates), arguments: (try? cases.get()) ?? [])
    func answers(_ item: LanguageCase) throws {
        let answer = try CasePlayer(item).play()
        #expect(answer == item.answer)
    }

    @Test(.enabled(if: updates)) func writeAnswers() throws {
        for (file, cases) in Dictionary(grouping: try Self.cases.get(), by: \.file) {
            let text = try cases.map { $0.written(answer: try CasePlayer($0).play()) }.joined(separator: "\n").trimmingCharacters(in: .newlines) + "\n"
            try text.write(to: LanguageCase.folder.appendingPathComponent(file), atomically: true, encoding: .utf8)
        }
    }
}
