import Foundation
import Support
import Testing

/// `docs/commands.md` says what the commands' declarations say.
///
/// To write the page anew: `UPDATE_COMMANDS_PAGE=1 swift test --filter CommandsPage`.
@Suite struct CommandsPage {
    private static let page = Command.repository.appendingPathComponent("docs/commands.md")

    private static let header = """
        # Commands

        Every command with its options, made of the declarations in `Sources/verdict/Commands`; `verdict help <command>` says the same.
        [The command line](cli.md) shows them at work.

        """

    private static func generated() throws -> String {
        header + (try CommandTree.commands().map { section($0.name, $0.command) }.joined())
    }

    private static func section(_ name: String, _ command: CommandTree.Command) -> String {
        var text = "\n## \(name)\n\n\(command.abstract ?? "")\n"
        if let discussion = command.discussion, !discussion.isEmpty {
            text += "\n" + discussion.split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? "" : "    \($0)" }.joined(separator: "\n") + "\n"
        }
        let arguments = (command.arguments ?? []).filter { $0.shouldDisplay && $0.valueName != "help" }
        if !arguments.isEmpty { text += "\n| argument | is | default |\n| --- | --- | --- |\n" + arguments.map(row).joined() }
        let subcommands = (command.subcommands ?? []).filter { $0.commandName != "help" }
        if !subcommands.isEmpty {
            text += "\nCommands: " + subcommands.map { "[\($0.commandName)](#\("\(name) \($0.commandName)".replacing(" ", with: "-")))" }.joined(separator: ", ") + "\n"
        }
        return text
    }

    private static func row(_ argument: CommandTree.Argument) -> String {
        let value = "<\(argument.valueName ?? "")>"
        let names = (argument.names ?? []).sorted { $0.kind == "short" && $1.kind != "short" }.map { "`\($0.text)`" }.joined(separator: ", ")
        let written = argument.kind == "positional" ? "`\(value)`" : names + (argument.kind == "option" ? " `\(value)`" : "")
        let standard = argument.defaultValue.map { "`\(cell($0))`" } ?? ""
        return "| \(written) | \(cell(argument.abstract ?? "")) | \(standard) |\n"
    }

    /// Text within a cell of a table.
    private static func cell(_ text: String) -> String { text.replacing("|", with: "\\|").replacing("\n", with: " ") }

    @Test func pageIsUpToDate() throws {
        let generated = try Self.generated()
        if ProcessInfo.processInfo.environment["UPDATE_COMMANDS_PAGE"] != nil { try generated.write(to: Self.page, atomically: true, encoding: .utf8) }
        #expect((try? String(contentsOf: Self.page, encoding: .utf8)) == generated, "docs/commands.md is stale; see CommandsPage.swift")
    }
}
