import ArgumentParser
import Foundation
import NetworkAccess
import Rego

/// `verdict eval`: evaluates a query and prints what it found.
struct Eval: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eval",
        abstract: "Evaluate a Rego query.",
        discussion: """
            verdict eval '1 + 1'
            verdict eval -d policies -i input.json data.rbac.allow               # a decision
            verdict eval -f pretty -d policies --explain fails data.rbac.allow   # why it is so
            verdict eval -d policies --partial -f source data.rbac.allow         # what is left without the input
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case json, pretty, raw, values, bindings, source
    }

    @OptionGroup var sources: SourceOptions
    @Option(name: [.short, .customLong("input")], help: "The input document: a JSON or YAML file.")
    var input: String?
    @Flag(name: [.customShort("I"), .customLong("stdin-input")], help: "Read the input document from standard input.")
    var standardInput = false
    @Flag(name: .customLong("stdin"), help: "Read the query from standard input.")
    var standardQuery = false
    @Option(name: .shortAndLong, help: "How to print: json, pretty, raw, values, bindings or, with --partial, source.")
    var format = Format.json
    @Flag(help: "Exit with 1 where the query is undefined.")
    var fail = false
    @Flag(name: .customLong("fail-defined"), help: "Exit with 1 where the query is defined.")
    var failDefined = false
    @Flag(name: .customLong("strict-builtin-errors"), help: "The first error of a built-in ends the query.")
    var strictBuiltinErrors = false
    @Option(help: "The package in which the query's names are resolved.")
    var package: String?
    @Option(name: .customLong("import"), help: "An import for the query, such as data.roles.")
    var imports: [String] = []
    @OptionGroup var analyses: AnalysisOptions
    @OptionGroup var partial: PartialOptions
    @Argument(help: "The query.")
    var query: String?

    func run() throws {
        let text = standardQuery ? String(decoding: FileHandle.standardInput.readDataToEndOfFile(), as: UTF8.self) : query ?? ""
        do {
            var stopwatch = Stopwatch()
            var compilerOptions = CompilerOptions()
            compilerOptions.observes = analyses.observes
            let snapshot = try stopwatch.time("timer_rego_load_and_compile_ns") { try sources.snapshot(options: compilerOptions) }
            let packagePath = package.map { $0.split(separator: ".").map(String.init) } ?? []
            if partial.isWanted {
                let input = try inputSource()
                return Reporting.output(PartialReport.text(try partial.evaluate(snapshot, text, input, package: packagePath, imports: imports, strict: strictBuiltinErrors), format))
            }
            let prepared = try stopwatch.time("timer_rego_query_compile_ns") {
                try snapshot.prepare(text, version: sources.version, package: packagePath, imports: imports)
            }
            var options = EvaluationOptions()
            options.strictBuiltinErrors = strictBuiltinErrors
            options.network = ProcessNetwork(userAgent: "Verdict/\(Version.number)")
            options.observer = analyses.observer
            let input = try stopwatch.time("timer_rego_input_parse_ns") { try inputSource() }
            let result = try stopwatch.time("timer_rego_query_eval_ns") { try prepared.evaluate(input: input, options: options) }
            for line in result.prints { Reporting.error(line.text) }
            let analysis = analyses.analysis(snapshot, query: text, options.observer, stopwatch, steps: result.steps)
            Reporting.output(ResultFormat.text(result, format, analysis))
            if fail && result.solutions.isEmpty { throw ExitCode(1) }
            if failDefined && !result.solutions.isEmpty { throw ExitCode(1) }
        } catch let error as DiagnosticList {
            try report(Reporting.text(error.diagnostics), Reporting.json(error.diagnostics))
        } catch let error as EvaluationError {
            var fields: [(Value, Value)] = [(.string("message"), .string(error.message)), (.string("code"), .string(error.code.rawValue))]
            if let location = error.location { fields.append((.string("location"), Reporting.json(location))) }
            try report("1 error occurred: \(error)", .array([.makeObject(fields)]))
        } catch let error as ReferenceError {
            try report(Reporting.text(error.diagnostics), Reporting.json(error.diagnostics))
        } catch let error as PolicyFiles.Failure {
            try report(error.description, .array([.makeObject([(.string("message"), .string(error.description))])]))
        }
    }

    private func inputSource() throws -> InputSource {
        if standardInput { return .json(Array(FileHandle.standardInput.readDataToEndOfFile())) }
        return try input.map { try PolicyFiles.inputSource($0) } ?? .none
    }

    private func report(_ text: String, _ errors: Value) throws -> Never {
        if format == .json {
            Reporting.output(Value.makeObject([(.string("errors"), errors)]).prettyJSON() + "\n")
        } else {
            Reporting.error(text)
        }
        throw ExitCode(2)
    }
}

/// Where policies and data come from; shared by the commands that evaluate.
struct SourceOptions: ParsableArguments {
    @Option(name: [.short, .customLong("data")], help: "A policy or data file, or a folder of them; may be repeated.")
    var data: [String] = []
    @Option(name: [.short, .customLong("bundle")], help: "A bundle: an archive or a folder; may be repeated.")
    var bundle: [String] = []
    @Option(name: .long, help: "A pattern of file and folder names to leave out; may be repeated.")
    var ignore: [String] = []
    @Flag(name: .customLong("v0-compatible"), help: "Read modules as Rego v0.")
    var v0Compatible = false
    @OptionGroup var capabilities: CapabilitiesOption

    var version: RegoVersion { v0Compatible ? .v0 : .v1 }

    func snapshot(options: CompilerOptions = .init()) throws -> PolicySnapshot {
        var options = options
        options.capabilities = try capabilities.read()
        let sources = try LoadedSources(paths: data, bundles: bundle, version: version, ignored: ignore)
        return try PolicySnapshot(policies: sources.policies, data: sources.data, options: options)
    }
}
