import ArgumentParser
import Foundation
import Rego

/// `verdict check`: parses and compiles policies and reports every error.
struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check Rego policies for errors.",
        discussion: """
            verdict check policies
            verdict check --strict -f json policies    # more errors, for programs
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case pretty, json
    }

    @Flag(name: [.customShort("S"), .long], help: "Also report unused imports, locals and arguments.")
    var strict = false
    @Option(name: .shortAndLong, help: "How to print errors: pretty or json.")
    var format = Format.pretty
    @Option(name: [.short, .customLong("max-errors")], help: "Errors reported before the compiler gives up; 0 for all.")
    var maxErrors = 10
    @Flag(name: [.customShort("b"), .customLong("bundle")], help: "Read the paths as bundles, with their data.")
    var bundle = false
    @Option(name: .long, help: "A pattern of file and folder names to leave out; may be repeated.")
    var ignore: [String] = []
    @Flag(name: .customLong("v0-compatible"), help: "Read modules as Rego v0.")
    var v0Compatible = false
    @OptionGroup var capabilities: CapabilitiesOption
    @Argument(help: "Policy files or folders.")
    var paths: [String]

    func run() throws {
        do {
            var options = CompilerOptions()
            options.strict = strict
            options.maximumErrors = maxErrors
            options.capabilities = try capabilities.read()
            let sources = try LoadedSources(
                paths: bundle ? [] : paths, bundles: bundle ? paths : [], version: v0Compatible ? .v0 : .v1, ignored: ignore)
            let progress = Progress(doing: "checking")
            defer { progress.end() }
            // Data counts only in bundles, as with OPA.
            _ = try PolicySnapshot(policies: sources.policies, data: bundle ? sources.data : .empty, options: options)
        } catch let error as DiagnosticList {
            Reporting.error(format == .json ? Value.makeObject([(.string("errors"), Reporting.json(error.diagnostics))]).prettyJSON() : Reporting.text(error.diagnostics))
            throw ExitCode(1)
        } catch let error as PolicyFiles.Failure {
            Reporting.error(error.description)
            throw ExitCode(1)
        }
    }
}
