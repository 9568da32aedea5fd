import ArgumentParser
import Rego

/// `verdict version`.
struct Version: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print the version.")

    func run() {
        Reporting.output("Version: 0.1.0\nRego Version: v1\n")
    }
}
