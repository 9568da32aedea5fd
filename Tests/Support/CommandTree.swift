import Foundation

/// The commands of `verdict` with their options, as it declares them itself.
package struct CommandTree: Decodable {
    package struct Command: Decodable {
        package var commandName: String
        package var abstract: String?
        package var discussion: String?
        package var arguments: [Argument]?
        package var subcommands: [Command]?
    }

    package struct Argument: Decodable {
        package struct Name: Decodable {
            package var kind: String
            package var name: String

            /// As it is written: `-v`, `--verbose`.
            package var text: String { (kind == "short" ? "-" : "--") + name }
        }

        package var kind: String
        package var abstract: String?
        package var names: [Name]?
        package var valueName: String?
        package var defaultValue: String?
        package var shouldDisplay: Bool
    }

    private var command: Command

    /// Every command by its whole name, such as `verdict events list`, in the order of their lists.
    package static func commands() throws -> [(name: String, command: Command)] {
        let outcome = try Support.Command.verdict(["--experimental-dump-help"])
        func all(_ command: Command, below path: String) -> [(name: String, command: Command)] {
            guard command.commandName != "help" else { return [] }
            let name = path.isEmpty ? command.commandName : "\(path) \(command.commandName)"
            return [(name, command)] + (command.subcommands ?? []).flatMap { all($0, below: name) }
        }
        return all(try JSONDecoder().decode(CommandTree.self, from: Data(outcome.output.utf8)).command, below: "")
    }
}

extension CommandTree.Command {
    /// The lines of the command's help that show how it is called.
    package var examples: [String] {
        (discussion ?? "").split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.filter { $0.contains(#/(^|\| )verdict /#) }
    }
}
