import ArgumentParser
import Foundation
import Rego

/// `verdict fmt`: writes policies in one form.
struct Format: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fmt", abstract: "Format Rego policies.",
        discussion: """
            Prints what is formatted, or does with it what the options say. Without a path, standard input is formatted.

            verdict fmt -w policies               # format files in place
            verdict fmt --list --fail policies    # in CI: fail where a file is not formatted
            verdict fmt --rego-v1 -w old          # upgrade from v0, readable as both versions
            """)

    @Flag(name: .shortAndLong, help: "Overwrite the files.")
    var write = false
    @Flag(name: .shortAndLong, help: "Only print the names of files that would change.")
    var list = false
    @Flag(name: .shortAndLong, help: "Only print what would change.")
    var diff = false
    @Flag(name: .long, help: "End with exit code 2 where a file would change.")
    var fail = false
    @Flag(name: .customLong("v0-compatible"), help: "Read and write Rego v0.")
    var v0Compatible = false
    @Flag(name: [.customLong("rego-v1"), .customLong("v0-v1")], help: "Read Rego v0, and write what can be read as v0 and as v1.")
    var upgrades = false
    @Flag(name: .customLong("drop-v0-imports"), help: "Leave out the imports of keywords, which v1 does not need; with --rego-v1, write v1 alone.")
    var dropsKeywordImports = false
    @Argument(help: "Policy files, or folders of them.")
    var paths: [String] = []

    private static let unformatted: Int32 = 2

    func run() throws {
        guard !paths.isEmpty else {
            let text = String(decoding: FileHandle.standardInput.readDataToEndOfFile(), as: UTF8.self)
            return try Reporting.failures { Reporting.output(try formatted(text, "stdin")) }
        }
        var files: [String] = []
        try Reporting.failures { files = try PolicyFiles.policyFiles(of: paths) }
        var isGood = true
        for file in files { isGood = try format(file) && isGood }
        if !isGood { throw ExitCode(Self.unformatted) }
    }

    /// False where the file cannot be formatted, or is not formatted and that is a failure.
    private func format(_ file: String) throws -> Bool {
        do {
            let text = String(decoding: try PolicyFiles.input(file), as: UTF8.self)
            let formatted = try formatted(text, file)
            let isChanged = formatted != text
            if list {
                if isChanged { Reporting.output(file + "\n") }
            } else if diff {
                Reporting.output(UnifiedDifference(of: file, from: text, to: formatted).text(hasColors: Terminal.output.hasColors))
            } else if fail {
                if isChanged { Reporting.error("\(file) is not formatted") }
            } else if !write {
                Reporting.output(formatted)
            } else if isChanged {
                try overwrite(file, formatted)
            }
            return !(fail && isChanged)
        } catch let error as DiagnosticList {
            Reporting.error(Reporting.text(error.diagnostics))
        } catch {
            Reporting.error("\(file): \(error)")
        }
        return false
    }

    private func formatted(_ text: String, _ file: String) throws(DiagnosticList) -> String {
        let target: PolicyFormatter.Target = v0Compatible ? .v0 : upgrades && !dropsKeywordImports ? .v0AndV1 : .v1
        let formatter = PolicyFormatter(target: target, dropsKeywordImports: dropsKeywordImports)
        return try formatter.format(PolicySource(file: file, text: text, version: v0Compatible || upgrades ? .v0 : .v1))
    }

    /// The file is the old one or the new one, whatever happens meanwhile.
    private func overwrite(_ file: String, _ text: String) throws {
        let permissions = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions]
        try Data(text.utf8).write(to: URL(fileURLWithPath: file), options: .atomic)
        if let permissions { try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: file) }
    }
}
