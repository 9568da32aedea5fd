import ArgumentParser
import Observability
import Rego

/// `verdict bench`: times a decision, from the input's JSON text to the result's JSON text, on a warm engine and one thread.
struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Time a query.",
        discussion: """
            Times the way from the input's JSON text to the result's, on a warm engine and one thread.

            verdict bench -d policies -i input.json data.rbac.allow
            verdict bench -d policies -i input.json --seconds 10 -f json data.rbac.allow
            """)

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
            var output: [UInt8] = [], report = DecisionReport(isDefined: false, hasInput: false)
            func decide() throws {
                output.removeAll(keepingCapacity: true)
                report = try text.withUnsafeBytes { try prepared.decide(inputJSON: $0, appendingTo: &output) }
            }
            try decide()
            guard report.isDefined else {
                Reporting.error("1 error occurred: undefined result")
                throw ExitCode(1)
            }
            let progress = Progress(doing: "measuring")
            let timing = try Timing(repeatingFor: .seconds(seconds), decide)
            progress.end()
            Reporting.output(format == .json ? json(timing, report, output.count) : pretty(timing, report, output.count))
        }
    }

    private func json(_ timing: Timing, _ report: DecisionReport, _ bytes: Int) -> String {
        let peak = ProcessMetrics.peakResidentBytes.map { ", \"peak_resident_bytes\": \($0)" } ?? ""
        return "{\"ns_per_op\": \(timing.nanoseconds), \"ops\": \(timing.count), \"bytes_per_op\": \(bytes), \"memory_per_op\": \(report.memory)\(peak)}\n"
    }

    private func pretty(_ timing: Timing, _ report: DecisionReport, _ bytes: Int) -> String {
        let peak = ProcessMetrics.peakResidentBytes.map { "; the process had at most \(($0 + 524_288) / 1_048_576) MiB" } ?? ""
        return "\(timing.count) decisions, \(timing.nanoseconds / 1000) µs each, \(bytes) bytes of result, \(report.memory) bytes of memory each\(peak)\n"
    }
}
