import ArgumentParser
import Foundation
import NetworkAccess
import Rego

/// `verdict why`: the conditions that settled a decision, and the nearest input that would turn it over.
struct Why: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why",
        abstract: "Explain a decision: which conditions settled it, and what would turn it over.",
        discussion: """
            Examples:
              verdict why -d policies -i request.json data.rbac.allow
              verdict why -d policies -i request.json -f json data.kubernetes.deny

            Each change that it names was tried: the decision was made again with it.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case pretty, json
    }

    @OptionGroup var sources: SourceOptions
    @Option(name: [.short, .customLong("input")], help: "The input document: a JSON or YAML file.")
    var input: String?
    @Flag(name: [.customShort("I"), .customLong("stdin-input")], help: "Read the input document from standard input.")
    var standardInput = false
    @Option(name: .shortAndLong, help: "How to print: pretty or json.")
    var format = Format.pretty
    @Option(help: "How many changes of the input are tried together, at most.")
    var changes = 3
    @Flag(name: .customLong("no-color"), help: "Print without colours.")
    var noColor = false
    @Argument(help: "A reference to a document that rules define, such as data.app.allow.")
    var decision: String

    func validate() throws {
        guard (1...5).contains(changes) else { throw ValidationError("--changes must be from 1 to 5") }
    }

    func run() throws {
        try Reporting.failures {
            let snapshot = try sources.snapshot()
            var limits = ExplanationLimits()
            limits.changes = changes
            var options = EvaluationOptions()
            options.network = ProcessNetwork(userAgent: "Verdict/\(Version.number)")
            let explanation = try snapshot.explain(decision, input: try document(), limits: limits, options: options)
            switch format {
            case .json: Reporting.output(explanation.document.prettyJSON(escapesHTML: false) + "\n")
            case .pretty: Reporting.output(ExplanationText(explanation, of: snapshot, colors: Terminal.output.hasColors && !noColor).text)
            }
        }
    }

    private func document() throws -> Value? {
        if standardInput { return try Value(json: Array(FileHandle.standardInput.readDataToEndOfFile())) }
        return try input.map { try PolicyFiles.inputSource($0).value() } ?? nil
    }
}
