import ArgumentParser
import Foundation
import Lint
import Rego

/// `verdict lint`: finds mistakes and poor style in policies.
///
/// Exit codes are Regal's: 0 where nothing is wrong, 1 where files or settings cannot be read, 2 for warnings and 3 for errors.
struct LintCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint", abstract: "Find mistakes and poor style in Rego policies.",
        discussion: """
            verdict lint policies
            verdict lint --fix policies                     # mend what can be mended
            verdict lint --format github policies           # in CI
            verdict lint --explain unused-import            # what a rule is about
            """)

    enum FailLevel: String, ExpressibleByArgument, CaseIterable {
        case error, warning
    }

    @Option(name: .shortAndLong, help: "How to print: pretty, compact, json, sarif, junit or github.")
    var format = LintFormat.pretty
    @Option(name: [.customShort("o"), .customLong("output-file")], help: "Write there instead of standard output.")
    var outputFile: String?
    @Flag(name: .customLong("no-color"), help: "Print without colours.")
    var noColor = false
    @Option(name: [.customShort("l"), .customLong("fail-level")], help: "Which findings make the command fail: error or warning.")
    var failLevel = FailLevel.error
    @OptionGroup(title: "What to look for") var choice: LintChoiceOptions
    @Option(name: [.customShort("i"), .customLong("ignore-files")], help: "Patterns of files to leave out, separated by commas; may be repeated.")
    var ignoreFiles: [String] = []
    @Option(name: .customLong("input-schema"), help: "A JSON Schema of the input, to find fields that it cannot have.")
    var inputSchema: String?
    @Flag(help: "Mend what can be mended without changing a decision, and report the rest.")
    var fix = false
    @Option(help: "Report only what is not in this file.")
    var baseline: String?
    @Option(name: .customLong("write-baseline"), help: "Write what is found to this file, to be passed as --baseline later.")
    var writeBaseline: String?
    @Flag(help: "List the rules and end.")
    var list = false
    @Option(help: "Explain a rule and end.")
    var explain: String?
    @Flag(name: .customLong("v0-compatible"), help: "Read modules as Rego v0.")
    var v0Compatible = false
    @Argument(help: "Policy files or folders.")
    var paths: [String] = []

    func validate() throws {
        guard !paths.isEmpty || list || explain != nil else { throw ValidationError("name files or folders to lint") }
        guard baseline == nil || writeBaseline == nil else { throw ValidationError("--baseline and --write-baseline exclude each other") }
    }

    func run() throws {
        do {
            let rules = try choice.rules()
            if list { return Reporting.output(LintRule.listing(rules)) }
            if let explain { return Reporting.output(try explanation(of: explain, in: rules)) }
            try lint(rules)
        } catch let error as PolicyFiles.Failure {
            Reporting.error(error.description)
            throw ExitCode(1)
        } catch let error as LintSettings.Problem {
            Reporting.error(error.description)
            throw ExitCode(1)
        }
    }

    private func explanation(of name: String, in rules: [LintRule]) throws -> String {
        guard let rule = rules.first(where: { $0.name == name || "\($0.category.rawValue)/\($0.name)" == name }) else {
            throw PolicyFiles.Failure(problems: ["--explain \(name): no such rule; `verdict lint --list` names them"])
        }
        return rule.page
    }

    private func lint(_ rules: [LintRule]) throws {
        var linter = Linter(rules: rules, settings: try choice.settings(rules, beside: paths))
        linter.settings.ignoredFiles += ignoreFiles.flatMap { $0.split(separator: ",").map(String.init) }
        if let inputSchema { linter.inputSchema = InputSchema(try document(inputSchema)) }
        let policies = try PolicyFiles(paths: paths, version: v0Compatible ? .v0 : .v1).policies
        let progress = Progress(doing: "linting")
        var report = linter.lint(policies)
        progress.end()
        if fix { report = try mend(report, linter, policies) }
        if let writeBaseline {
            try write(Baseline(report.findings).document.prettyJSON() + "\n", to: writeBaseline)
            let count = report.findings.count
            return Reporting.output("\(count) finding\(count == 1 ? "" : "s") written to \(writeBaseline)\n")
        }
        if let baseline { report.findings = try Baseline(try document(baseline)).news(in: report.findings) }
        try print(report)
    }

    /// Applies fixes until none is left: what was mended may show more.
    private func mend(_ first: LintReport, _ linter: Linter, _ policies: [PolicySource]) throws -> LintReport {
        var report = first, policies = policies, mended = 0
        for _ in 0..<10 {
            let round = report.mended(policies)
            guard round.count > 0 else { break }
            mended += round.count
            policies = round.policies
            report = linter.lint(policies)
        }
        for policy in policies where first.texts[policy.file].map({ $0 != policy.text }) == true { try write(policy.text, to: policy.file) }
        Reporting.error("\(mended) finding\(mended == 1 ? "" : "s") mended.")
        return report
    }

    private func print(_ report: LintReport) throws {
        let colors = !noColor && outputFile == nil && Terminal.output.hasColors
        let text = format.text(of: report, colors: colors)
        if let outputFile { try write(text, to: outputFile) } else { Reporting.output(text) }
        if !report.problems.isEmpty {
            Reporting.error(Reporting.text(report.problems))
            throw ExitCode(1)
        }
        if report.count(of: .error) > 0 { throw ExitCode(3) }
        if failLevel == .warning, report.count(of: .warning) > 0 { throw ExitCode(2) }
    }

    private func document(_ path: String) throws -> Value {
        do { return try Value(json: try PolicyFiles.input(path)) } catch let error as EvaluationError { throw PolicyFiles.Failure(problems: ["\(path): \(error.message)"]) }
    }

    private func write(_ text: String, to path: String) throws {
        do { try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic) } catch { throw PolicyFiles.Failure(problems: ["\(path): cannot be written: \(error.localizedDescription)"]) }
    }
}

extension LintFormat: ExpressibleByArgument {}
