import ArgumentParser
import Rego

/// `verdict version`.
struct Version: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version",
        abstract: "Print the version.",
        discussion: """
            verdict version
            """)
    static let number = "0.1.0"

    func run() {
        Reporting.output("Version: \(Self.number)\nRego Version: v1\n")
    }
}
