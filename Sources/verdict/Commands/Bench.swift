import ArgumentParser
import Foundation
import Rego

/// `verdict bench`: times a decision, from the input's JSON text to the result's JSON text, on a warm engine and one thread.
struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Time a query.")

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case pretty, json
    }

    @OptionGroup var sources: SourceOptions
    @Option(name: .shortAndLong, help: "The input document: a JSON file.")
    var input: String?
    @Option(name: .shortAndLong, help: "How to print: pretty or json.")
    var format = Format.pretty
    @Option(help: "Seconds to measure.")
    var seconds = 1.0
    @Argument(help: "The query, usually a reference such as data.app.allow.")
    var query: String

    func run() throws {
        try Reporting.failures {
            let prepared = try sources.snapshot().prepare(query, version: sources.version)
            let text = try input.map { try PolicyFiles.input($0) } ?? []
            var output: [UInt8] = []
            let decide = { (output: inout [UInt8]) throws in
                try text.withUnsafeBytes { try prepared.decide(inputJSON: $0, appendingTo: &output).isDefined }
            }
            guard try decide(&output) else {
                Reporting.error("1 error occurred: undefined result")
                throw ExitCode(1)
            }
            let bytes = output.count
            let timing = try Timing(repeatingFor: .seconds(seconds)) {
                output.removeAll(keepingCapacity: true)
                _ = try decide(&output)
            }
            switch format {
            case .json: Reporting.output("{\"ns_per_op\": \(timing.nanoseconds), \"ops\": \(timing.count), \"bytes_per_op\": \(bytes)}\n")
            case .pretty: Reporting.output("\(timing.count) decisions, \(timing.nanoseconds / 1000) µs each, \(bytes) bytes of result\n")
            }
        }
    }
}
