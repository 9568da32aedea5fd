import ArgumentParser
import Foundation
import LanguageServer
import Lint
import Rego

/// `verdict lsp`: a language server for editors, over standard input and output.
struct LanguageServerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lsp", abstract: "Serve an editor: diagnostics, navigation, completion and more (Language Server Protocol).",
        discussion: """
            Editors start it and speak with it over standard input and output. docs/editors.md says how to set them up.

            verdict lsp
            """)

    @Flag(name: .customLong("v0-compatible"), help: "Read modules as Rego v0.")
    var v0Compatible = false
    @Flag(help: "Speak over standard input and output, as it always does. Some editors pass it.")
    var stdio = false

    func run() throws {
        let version: RegoVersion = v0Compatible ? .v0 : .v1
        let server = LanguageServer(files: FilesOfWorkspace(version: version), regoVersion: version, version: Version.number)
        throw ExitCode(server.run(input: STDIN_FILENO, output: STDOUT_FILENO))
    }
}

/// What other commands read is what the editor sees.
private struct FilesOfWorkspace: WorkspaceFiles {
    let version: RegoVersion

    func policies(below folder: String) throws -> [String] { try PolicyFiles.policyFiles(of: [folder]) }
    func text(of file: String) throws -> String { String(decoding: try PolicyFiles.bytes(file), as: UTF8.self) }
    func data(below folder: String) throws -> DataSource { try PolicyFiles(dataBelow: folder).data() }

    func linter(for folder: String) throws -> Linter {
        Linter(settings: try LintChoiceOptions.settings(LintRule.all, in: LintChoiceOptions.configuration(above: folder)))
    }
}
