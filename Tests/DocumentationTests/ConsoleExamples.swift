import Foundation
import Support
import Testing

/// Every `console` block of the documents is run, and prints what the page says; those of the tutorial by `TutorialPage`.
@Suite(.ownThread) struct ConsoleExamples {
    struct Example: CustomTestStringConvertible {
        var file: String
        var line: Int
        var command: String
        var output: String
        var testDescription: String { "\(file):\(line) \(command)" }
    }

    static let documents = ["README.md", "examples/curl/README.md"] + (["docs", "policies"].flatMap { folder in
        (FileManager.default.enumerator(atPath: Command.repository.appendingPathComponent(folder).path)?.compactMap { $0 as? String } ?? [])
            .filter { $0.hasSuffix(".md") && $0 != "tutorial.md" }.sorted().map { "\(folder)/\($0)" }
    })

    static let examples = documents.flatMap { examples(in: $0) }

    static func examples(in file: String) -> [Example] {
        guard let text = try? String(contentsOf: Command.repository.appendingPathComponent(file), encoding: .utf8) else { return [] }
        var examples: [Example] = []
        var isInside = false
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.hasPrefix("```") {
                isInside = line == "```console"
            } else if isInside, line.hasPrefix("$ ") {
                examples.append(Example(file: file, line: number + 1, command: String(line.dropFirst(2)), output: ""))
            } else if isInside, !examples.isEmpty {
                examples[examples.count - 1].output += line + "\n"
            }
        }
        return examples
    }

    @Test func examplesAreThere() { #expect(Self.examples.count > 20) }

    @Test func commandsPrintWhatThePageSays() throws {
        for example in Self.examples where !example.command.hasPrefix("curl") {
            let outcome = try Command.shell(example.command)
            #expect(outcome.output + outcome.error == example.output, "\(example.testDescription)")
        }
    }

    @Test func requestsAreAnsweredAsThePageSays() async throws {
        // One service for all: later requests build on what earlier ones did.
        let service = try await RunningService.started(["policies"], in: Command.repository)
        for example in Self.examples where example.command.hasPrefix("curl") {
            let outcome = try Command.shell(example.command.replacing("localhost:8181", with: service.address))
            #expect(outcome.output == example.output, "\(example.testDescription)")
        }
    }
}
