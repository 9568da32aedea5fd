import Foundation
import Support
import Testing

/// Whoever follows `docs/tutorial.md` from the beginning sees what it says.
///
/// A block whose first line names a file is written there, and commands run in their order in one folder. To write what they print anew:
/// `UPDATE_TUTORIAL=1 swift test --filter TutorialPage`.
@Suite(.ownThread) struct TutorialPage {
    private static let page = Command.repository.appendingPathComponent("docs/tutorial.md")

    @Test func tutorialHolds() async throws {
        let text = try String(contentsOf: Self.page, encoding: .utf8)
        let folder = try TemporaryFolder()
        var service: RunningService?
        var played: [String] = [], block: (heading: String, lines: [String])?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            guard line.hasPrefix("```") else {
                if block == nil { played.append(line) } else { block?.lines.append(line) }
                continue
            }
            guard let (heading, lines) = block else {
                block = (String(line.dropFirst(3)), [])
                played.append(line)
                continue
            }
            block = nil
            if let file = heading.split(separator: " ").dropFirst().first { try folder.write(String(file), lines.joined(separator: "\n") + "\n") }
            guard heading == "console" else {
                played += lines + [line]
                continue
            }
            for command in lines where command.hasPrefix("$ ") {
                if command.hasPrefix("$ curl"), service == nil { service = try await RunningService.started(["shop/policies"], in: folder.url) }
                played += [command] + (try Self.output(of: String(command.dropFirst(2)), folder, service))
            }
            played.append(line)
        }
        let result = played.joined(separator: "\n")
        if ProcessInfo.processInfo.environment["UPDATE_TUTORIAL"] != nil { try result.write(to: Self.page, atomically: true, encoding: .utf8) }
        #expect(Self.withoutTimes(result) == Self.withoutTimes(text))
    }

    private static func output(of command: String, _ folder: TemporaryFolder, _ service: RunningService?) throws -> [String] {
        let outcome = try Command.shell(command.replacing("localhost:8181", with: service?.address ?? ""), in: folder.url)
        var lines = (outcome.output + outcome.error).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" { lines.removeLast() }
        return lines
    }

    private static func withoutTimes(_ text: String) -> String { text.replacing(/\([0-9.]+(ns|µs|ms|s)\)/, with: "(time)") }

    /// The Swift of the page stands in a test that is compiled and run.
    @Test func programHolds() throws {
        let text = try String(contentsOf: Self.page, encoding: .utf8)
        let source = try String(contentsOf: Command.repository.appendingPathComponent("Tests/GatekeeperTests/GuardingPage.swift"), encoding: .utf8)
        let known = Set(source.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) })
        let program = try #require(text.firstMatch(of: /```swift\n([^`]+)```/)).1.replacing(#"["http", "allow"]"#, with: #"["shop", "allow"]"#)
        for line in program.split(separator: "\n") { #expect(known.contains(String(line)), "\(line)") }
    }
}
