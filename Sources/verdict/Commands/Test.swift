import ArgumentParser
import DecisionService
import Foundation
import Rego

/// `verdict test`: runs the rules whose names begin with `test_`.
struct Test: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Run the tests of Rego policies.",
        discussion: """
            verdict test policies                              # run all tests
            verdict test -r denied policies                    # those with such a name
            verdict test --watch policies                      # again whenever a file changes
            verdict test --format junit policies               # for CI
            verdict test --coverage --threshold 90 policies    # lines that tests reach
            verdict test --coverage --coverage-format html policies > coverage.html
            verdict test --bench policies                      # how long each test takes
            verdict test --mutate --threshold 90 policies      # changes of the policies that tests notice
            """)

    @Flag(name: .shortAndLong, help: "Show every test, also those that pass.")
    var verbose = false
    @Option(name: [.customShort("r"), .customLong("run")], help: "Run only tests whose full name matches this regular expression.")
    var pattern: String?
    @Option(name: .shortAndLong, help: "How to print: pretty, json, junit or, with --bench, gobench.")
    var format = TestFormat.pretty
    @Option(name: .shortAndLong, help: "Tests that run at a time; 0 for as many as there are processors.")
    var parallel = 0
    @Option(help: "How long a test may take: seconds, or a duration such as 500ms.")
    var timeout = TimeLimit(seconds: 5)
    @Option(help: "How often each test runs.")
    var count = 1
    @Flag(name: .shortAndLong, help: "Run again whenever a file changes.")
    var watch = false
    @OptionGroup var coverage: CoverageOptions
    @Flag(help: "Time each test.")
    var bench = false
    @Flag(name: .customLong("benchmem"), help: "With --bench: also the memory that each test uses.")
    var benchmarksMemory = false
    @Flag(help: "Change the policies in small ways, one by one, and report changes that no test notices.")
    var mutate = false
    @Option(name: .customLong("explanations"), help: "Compare why tests end as they do with this file, which is written where it is not there.")
    var explanations: String?
    @Flag(name: .customLong("update-explanations"), help: "With --explanations: write the file anew.")
    var updatesExplanations = false
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
        guard timeout.seconds > 0 else { throw ValidationError("--timeout must be more than 0 seconds") }
        guard parallel >= 0 else { throw ValidationError("--parallel must not be negative") }
        guard count > 0 else { throw ValidationError("--count must be at least 1") }
        guard !bench || !coverage.isWanted else { throw ValidationError("--bench cannot be combined with --coverage: what is observed is slower") }
        guard bench || format.name != "gobench" else { throw ValidationError("--format gobench needs --bench") }
    }

    func run() throws {
        guard watch else { return try runOnce() }
        while true {
            let stamps = FileStamps(of: paths)
            // What went wrong has been reported; the next change may mend it.
            do { try runOnce() } catch is ExitCode {}
            Reporting.output(String(repeating: "*", count: 80) + "\nWatching for changes ...\n")
            repeat { Thread.sleep(forTimeInterval: 0.25) } while FileStamps(of: paths) == stamps
        }
    }

    private func runOnce() throws {
        try Reporting.failures {
            let sources = try LoadedSources(
                paths: bundle ? [] : paths, bundles: bundle ? paths : [], version: v0Compatible ? .v0 : .v1, ignored: ignore)
            var options = CompilerOptions()
            options.observes = true
            options.preparesTests = true
            options.maximumErrors = maxErrors
            options.capabilities = try capabilities.read()
            let snapshot = try PolicySnapshot(policies: sources.policies, data: sources.data, options: options)
            let tests = try selected(PolicyTest.all(in: snapshot.modules))
            guard mutate else { return try report(tests, snapshot, sources, options) }
            try mutate(tests, snapshot, sources, options)
        }
    }

    private func selected(_ tests: [PolicyTest]) throws -> [PolicyTest] {
        guard let pattern else { return tests }
        guard let expression = try? Regex(pattern) else {
            throw PolicyFiles.Failure(problems: ["--run \(pattern): not a regular expression"])
        }
        return tests.filter { $0.fullName.contains(expression) }
    }

    // MARK: Running

    private func runner(_ snapshot: PolicySnapshot) -> TestRunner { TestRunner(snapshot: snapshot, timeout: .seconds(timeout.seconds)) }

    private func report(_ tests: [PolicyTest], _ snapshot: PolicySnapshot, _ sources: LoadedSources, _ options: CompilerOptions) throws {
        let tests = Array(repeating: tests, count: count).flatMap(\.self)
        let progress = Progress(of: tests.count, "tests"), explained = explanations == nil ? nil : ExplanationSnapshot()
        let workers = parallel > 0 ? parallel : ProcessInfo.processInfo.activeProcessorCount
        var (results, outcomes) = try runner(snapshot).run(tests, parallel: bench ? 1 : workers, explained: explained, progress: progress)
        progress.end()
        if bench { try measure(&results, sources, options) }
        var report = TestReport(results, modules: snapshot.modules)
        report.isVerbose = verbose
        report.hasColors = Terminal.output.hasColors
        let isFailed = results.contains { $0.isFailure || $0.test.isSkipped && !exitZeroOnSkipped }
        if coverage.isWanted {
            if results.contains(where: \.isFailure) { Reporting.error(TestFormat.pretty.text(report)) }
            try coverage.report(Coverage(modules: snapshot.modules, outcomes: outcomes))
        } else {
            Reporting.output(format.text(report))
        }
        if let explanations, let difference = try explained?.settle(with: explanations, updates: updatesExplanations) {
            Reporting.output(difference)
            Reporting.error("Tests end for other reasons than \(explanations) says; --update-explanations writes it anew")
            throw ExitCode(2)
        }
        if isFailed { throw ExitCode(2) }
    }

    /// Times the tests that pass, one after the other, with policies that are planned without observation.
    private func measure(_ results: inout [TestResult], _ sources: LoadedSources, _ options: CompilerOptions) throws {
        var options = options
        options.observes = false
        let snapshot = try PolicySnapshot(policies: sources.policies, data: sources.data, options: options)
        let progress = Progress(of: results.count, "benchmarks")
        defer { progress.end() }
        for position in results.indices where results[position].passed {
            results[position].benchmark = try TestBenchmark(results[position].test, in: snapshot, withMemory: benchmarksMemory)
            progress.advance()
        }
    }

    // MARK: Mutations

    private func mutate(_ tests: [PolicyTest], _ snapshot: PolicySnapshot, _ sources: LoadedSources, _ options: CompilerOptions) throws {
        let results = try runner(snapshot).run(tests, parallel: 1).results
        guard !results.contains(where: \.isFailure) else {
            Reporting.output(TestFormat.pretty.text(TestReport(results, modules: snapshot.modules)))
            Reporting.error("changes can only be noticed by tests that pass without them")
            throw ExitCode(2)
        }
        var options = options
        options.observes = false
        let run = MutationRun(policies: sources.policies, data: sources.data, options: options, timeout: .seconds(timeout.seconds))
        let files = Set(PolicyTest.all(in: snapshot.modules).map(\.location.file))
        let report = MutationReport(run.run(snapshot.modules.filter { !files.contains($0.file) }, tests.filter { !$0.isSkipped }), snapshot.modules)
        Reporting.output(format.name == TestFormat.json.name ? report.json : report.pretty)
        guard report.score < coverage.threshold else { return }
        let figures = [report.score, coverage.threshold].map { String(format: "%.2f", $0) }
        Reporting.error("Mutation score threshold not met: got \(figures[0]) instead of \(figures[1])")
        throw ExitCode(2)
    }
}
