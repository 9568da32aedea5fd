import ArgumentParser
import Rego

/// `verdict parse`: shows the syntax tree of a module.
struct Parse: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parse",
        abstract: "Show the syntax tree of a policy.",
        discussion: """
            verdict parse policy.rego
            verdict parse -f json policy.rego    # as OPA writes it
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case pretty, json
    }

    @Option(name: .shortAndLong, help: "How to print: pretty or json.")
    var format = Format.pretty
    @Flag(name: .customLong("v0-compatible"), help: "Read the module as Rego v0.")
    var v0Compatible = false
    @Argument(help: "A policy file.")
    var path: String

    func run() throws {
        try Reporting.failures {
            let text = String(decoding: try PolicyFiles.input(path), as: UTF8.self)
            let (module, diagnostics) = Parser.parse(PolicySource(file: path, text: text, version: v0Compatible ? .v0 : .v1))
            guard let module else { throw DiagnosticList(diagnostics) }
            switch format {
            case .json: Reporting.output(module.document.prettyJSON() + "\n")
            case .pretty: Reporting.output(SyntaxOutline(module.document).text)
            }
        }
    }
}
