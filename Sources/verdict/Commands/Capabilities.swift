import ArgumentParser
import Rego

/// `verdict capabilities`: the built-ins and features of this engine.
struct Capabilities: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "capabilities",
        abstract: "Print what this engine can do, as JSON.",
        discussion: """
            verdict capabilities > capabilities.json    # to restrict it, and give it to --capabilities
            """)

    @Flag(help: "Print the capabilities of this version; the default.")
    var current = false

    func run() {
        Reporting.output(BuiltinRegistry.standard.capabilities.prettyJSON() + "\n")
    }
}
