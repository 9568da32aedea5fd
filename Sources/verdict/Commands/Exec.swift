import ArgumentParser
import Foundation
import NetworkAccess
import Rego

/// `verdict exec`: one decision about each of many files.
struct Exec: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exec",
        abstract: "Decide about many input files.",
        discussion: """
            verdict exec --decision kubernetes/violations -b policies manifests/
            verdict exec --decision kubernetes/violations -b policies --fail-non-empty manifests/    # in CI
            """)

    @OptionGroup var sources: SourceOptions
    @Option(help: "The document that decides, as a path such as app/allow.")
    var decision: String
    @Flag(name: [.customShort("I"), .customLong("stdin-input")], help: "Decide about standard input, too.")
    var standardInput = false
    @Flag(help: "Exit with 1 where a decision is undefined or fails.")
    var fail = false
    @Flag(name: .customLong("fail-defined"), help: "Exit with 1 where a decision is defined or fails.")
    var failDefined = false
    @Flag(name: .customLong("fail-non-empty"), help: "Exit with 1 where a decision is anything but an empty set, array or object, or fails.")
    var failNonEmpty = false
    @Option(help: "How long all decisions may take: seconds, or a duration such as 1m; 0 for no limit.")
    var timeout = TimeLimit(seconds: 0)
    @Argument(help: "JSON and YAML files, or folders of them.")
    var paths: [String] = []

    func validate() throws {
        guard [fail, failDefined, failNonEmpty].count(where: \.self) < 2 else { throw ValidationError("only one of --fail, --fail-defined and --fail-non-empty can be given") }
        guard standardInput || !paths.isEmpty else { throw ValidationError("a file, a folder or --stdin-input is needed") }
        guard timeout.seconds >= 0 else { throw ValidationError("--timeout must not be negative") }
    }

    func run() throws {
        var failures = 0
        try Reporting.failures {
            let snapshot = try sources.snapshot()
            let query = try snapshot.document(decision.split(separator: "/").map(String.init))
            var options = EvaluationOptions()
            options.network = ProcessNetwork(userAgent: "Verdict/\(Version.number)")
            let cancellation = Cancellation()
            options.cancellation = cancellation
            let timer = timeout.seconds > 0 ? Task { [timeout] in
                try await Task.sleep(for: .seconds(timeout.seconds))
                cancellation.cancel()
            } : nil
            defer { timer?.cancel() }
            let files = (standardInput ? ["--stdin-input"] : []) + (try PolicyFiles.inputFiles(of: paths))
            let progress = Progress(of: files.count, "files")
            let outcomes = files.map { file in
                defer { progress.advance() }
                return Outcome(file, query, options, decision)
            }
            progress.end()
            failures = outcomes.count(where: isFailure)
            Reporting.output((["result": .array(outcomes.map(\.document))] as Value).prettyJSON() + "\n")
        }
        guard failures > 0 else { return }
        Reporting.error("\(failures) of the decisions \(failures == 1 ? "is a failure" : "are failures") by \(fail ? "--fail" : failDefined ? "--fail-defined" : "--fail-non-empty")")
        throw ExitCode(1)
    }

    private func isFailure(_ outcome: Outcome) -> Bool {
        guard fail || failDefined || failNonEmpty else { return false }
        switch outcome.answer {
        case .failed: return true
        case .undefined: return fail
        case .result(let value):
            if failDefined { return true }
            switch value {
            case .array(let elements), .set(let elements): return failNonEmpty && !elements.isEmpty
            case .object(let entries): return failNonEmpty && !entries.isEmpty
            default: return failNonEmpty
            }
        }
    }

    /// What was decided about a file.
    private struct Outcome {
        enum Answer {
            case result(Value)
            case undefined(message: String)
            case failed(code: String, message: String)
        }

        let path: String
        let answer: Answer

        init(_ path: String, _ query: PreparedQuery, _ options: EvaluationOptions, _ decision: String) {
            self.path = path
            do {
                let found = try query.evaluate(input: try Exec.input(path), options: options)
                answer = found.solutions.first?.expressions.first.map { .result($0.value) } ?? .undefined(message: "\(decision) decision was undefined")
            } catch let error as EvaluationError {
                answer = .failed(code: error.code.rawValue, message: error.message)
            } catch {
                answer = .failed(code: "invalid_input", message: "\(error)")
            }
        }

        var document: Value {
            switch answer {
            case .result(let value): ["path": .string(path), "result": value]
            case .undefined(let message): ["path": .string(path), "error": ["code": "opa_undefined_error", "message": .string(message)]]
            case .failed(let code, let message): ["path": .string(path), "error": ["code": .string(code), "message": .string(message)]]
            }
        }
    }

    private static func input(_ path: String) throws -> InputSource {
        if path == "--stdin-input" { return .json(Array(FileHandle.standardInput.readDataToEndOfFile())) }
        return try PolicyFiles.inputSource(path)
    }
}
