import ArgumentParser
import Foundation
import Rego

/// `verdict test`: runs the rules whose names begin with `test_`.
struct Test: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the tests of Rego policies.",
        discussion: """
            verdict test policies                              # run all tests
            verdict test -r denied policies                    # those with such a name
            verdict test --coverage --threshold 90 policies    # lines that tests reach
            verdict test --mutate --threshold 90 policies      # changes of the policies that tests notice
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case pretty, json
    }

    @Flag(name: .shortAndLong, help: "Show every test, also those that pass.")
    var verbose = false
    @Option(name: [.customShort("r"), .customLong("run")], help: "Run only tests whose full name matches this regular expression.")
    var pattern: String?
    @Flag(name: .shortAndLong, help: "Report which lines the tests reached.")
    var coverage = false
    @Option(help: "How to print coverage: json or lcov.")
    var coverageFormat = CoverageFormat.json
    @Flag(help: "Change the policies in small ways, one by one, and report changes that no test notices.")
    var mutate = false
    @Option(help: "Fail where coverage is lower, in percent; implies --coverage. With --mutate, the share of changes that are noticed.")
    var threshold = 0.0
    @Option(name: .shortAndLong, help: "How to print: pretty or json.")
    var format = Format.pretty
    @Option(help: "Seconds a test may take.")
    var timeout = 5.0
    @Flag(name: [.customShort("z"), .customLong("exit-zero-on-skipped")], help: "Exit with 0 where tests were skipped.")
    var exitZeroOnSkipped = false
    @Flag(name: [.customShort("b"), .customLong("bundle")], help: "Read the paths as bundles.")
    var bundle = false
    @Option(name: .long, help: "A pattern of file and folder names to leave out; may be repeated.")
    var ignore: [String] = []
    @Option(name: [.short, .customLong("max-errors")], help: "Errors reported before the compiler gives up; 0 for all.")
    var maxErrors = 10
    @Flag(name: .customLong("v0-compatible"), help: "Read modules as Rego v0.")
    var v0Compatible = false
    @OptionGroup var capabilities: CapabilitiesOption
    @Argument(help: "Policy and data files or folders.")
    var paths: [String]

    func validate() throws {
        guard (0...100).contains(threshold) else { throw ValidationError("--threshold must lie between 0 and 100") }
        guard timeout > 0 else { throw ValidationError("--timeout must be more than 0 seconds") }
    }

    func run() throws {
        try Reporting.failures {
            let sources = try LoadedSources(
                paths: bundle ? [] : paths, bundles: bundle ? paths : [], version: v0Compatible ? .v0 : .v1, ignored: ignore)
            var options = CompilerOptions()
            options.observes = true
            options.maximumErrors = maxErrors
            options.capabilities = try capabilities.read()
            let snapshot = try PolicySnapshot(policies: sources.policies, data: sources.data, options: options)
            let tests = try selected(PolicyTest.all(in: snapshot.modules))
            let (results, lines) = try TestRunner(snapshot: snapshot, timeout: .seconds(timeout)).run(tests)
            guard mutate else { return try report(results, lines, snapshot) }
            guard !results.contains(where: \.isFailure) else {
                Reporting.output(TestReport(results, modules: snapshot.modules).pretty(verbose: false))
                Reporting.error("changes can only be noticed by tests that pass without them")
                throw ExitCode(2)
            }
            options.observes = false
            let run = MutationRun(policies: sources.policies, data: sources.data, options: options, timeout: .seconds(timeout))
            try report(run, snapshot.modules, tests.filter { !$0.isSkipped })
        }
    }

    private func report(_ run: MutationRun, _ modules: [Module], _ tests: [PolicyTest]) throws {
        let files = Set(PolicyTest.all(in: modules).map(\.location.file))
        let report = MutationReport(run.run(modules.filter { !files.contains($0.file) }, tests), modules)
        Reporting.output(format == .json ? report.json : report.pretty)
        guard report.score < threshold else { return }
        Reporting.error("Mutation score threshold not met: got \(String(format: "%.2f", report.score)) instead of \(String(format: "%.2f", threshold))")
        throw ExitCode(2)
    }

    private func selected(_ tests: [PolicyTest]) throws -> [PolicyTest] {
        guard let pattern else { return tests }
        guard let expression = try? Regex(pattern) else {
            throw PolicyFiles.Failure(problems: ["--run \(pattern): not a regular expression"])
        }
        return tests.filter { "\($0.package).\($0.name)".contains(expression) }
    }

    private func report(_ results: [TestResult], _ lines: Set<Observer.Line>, _ snapshot: PolicySnapshot) throws {
        let report = TestReport(results, modules: snapshot.modules)
        if coverage || threshold > 0 {
            let measured = Coverage(modules: snapshot.modules, reached: lines)
            Reporting.output(coverageFormat.text(measured))
            if measured.percentage < threshold {
                let figures = [measured.percentage, threshold].map { String(format: "%.2f", $0) }
                Reporting.error("Code coverage threshold not met: got \(figures[0]) instead of \(figures[1])")
                throw ExitCode(2)
            }
        } else {
            Reporting.output(format == .json ? report.json : report.pretty(verbose: verbose))
        }
        if results.contains(where: { $0.isFailure || $0.test.isSkipped && !exitZeroOnSkipped }) { throw ExitCode(2) }
    }
}
