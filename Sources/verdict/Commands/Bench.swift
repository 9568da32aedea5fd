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
        do {
            let prepared = try sources.snapshot().prepare(query, version: sources.version)
            var text: [UInt8] = []
            if let input {
                guard let data = FileManager.default.contents(atPath: input) else { throw PolicyFiles.Failure(problems: ["open \(input): no such file or directory"]) }
                text = Array(data)
            }
            var output: [UInt8] = []
            let isDefined = try text.withUnsafeBytes { try prepared.decide(inputJSON: $0, appendingTo: &output) }.isDefined
            guard isDefined else {
                Reporting.error("1 error occurred: undefined result")
                throw ExitCode(1)
            }
            let bytes = output.count
            var total = 0
            var best = Double.infinity
            let clock = ContinuousClock()
            let start = clock.now
            var batch = 1
            while (clock.now - start) < .seconds(seconds) {
                let begin = clock.now
                for _ in 0..<batch {
                    output.removeAll(keepingCapacity: true)
                    _ = try text.withUnsafeBytes { try prepared.decide(inputJSON: $0, appendingTo: &output) }
                }
                let spent = clock.now - begin
                let nanoseconds = Double(spent.components.seconds) * 1e9 + Double(spent.components.attoseconds) / 1e9
                total += batch
                if nanoseconds < 2e7 { batch *= 2 } else { best = min(best, nanoseconds / Double(batch)) }
            }
            if !best.isFinite {
                let spent = clock.now - start
                best = (Double(spent.components.seconds) * 1e9 + Double(spent.components.attoseconds) / 1e9) / Double(total)
            }
            switch format {
            case .json: Reporting.output("{\"ns_per_op\": \(best), \"ops\": \(total), \"bytes_per_op\": \(bytes)}\n")
            case .pretty: Reporting.output("\(total) decisions, \(best / 1000) µs each, \(bytes) bytes of result\n")
            }
        } catch let error as DiagnosticList {
            Reporting.error(Reporting.text(error.diagnostics))
            throw ExitCode(1)
        } catch let error as EvaluationError {
            Reporting.error("1 error occurred: \(error)")
            throw ExitCode(1)
        } catch let error as PolicyFiles.Failure {
            Reporting.error(error.description)
            throw ExitCode(1)
        }
    }
}
