import Foundation
import Rego

/// The input that policies are shown with: `input.json`, `input.yaml` or `input.yml` in the folder of the policy, or in the nearest above it
/// that has one, up to the folder of the workspace.
struct SampleInput: Sendable {
    static let names = ["input.json", "input.yaml", "input.yml"]

    /// Its path below the folder of the policies; nil where there is none.
    let file: String?
    let source: InputSource
    /// The document itself, where it can be read.
    let value: Value?
    /// Why it cannot be read.
    let problem: String?

    init(for path: DocumentPath, below root: String?, _ files: any WorkspaceFiles) {
        let found = Self.file(for: path, below: root)
        let name = found.map { file in root.flatMap { DocumentPath(file: file).relative(to: $0) } ?? file }
        var value: Value?, problem: String?
        if let found {
            do {
                let text = try files.text(of: found)
                value = found.hasSuffix(".json") ? try Value(json: Array(text.utf8)) : try Value(yaml: text)
            } catch {
                problem = "\(name ?? found): \(error)"
            }
        }
        file = name
        self.value = value
        self.problem = problem
        source = value.map { .value($0) } ?? .none
    }

    private static func file(for path: DocumentPath, below root: String?) -> String? {
        guard var folder = path.folder else { return nil }
        let last = root ?? folder
        while true {
            for name in names {
                let file = folder + "/" + name
                if FileManager.default.fileExists(atPath: file) { return file }
            }
            guard folder != last, folder.hasPrefix(last) else { return nil }
            folder = (folder as NSString).deletingLastPathComponent
        }
    }
}

/// What the rules of a policy give for the sample input.
struct SampleValues: Sendable {
    enum Outcome: Sendable {
        case value(Value)
        case undefined
        /// Why evaluation ended, such as a conflict or too many steps.
        case failed(String)
    }

    let input: SampleInput
    /// By the paths of rules below `data`; functions have none.
    private(set) var outcomes: [[String]: Outcome] = [:]

    /// Rules that are asked for one by one where the package as a whole fails.
    private static let mostRules = 64

    init(of tree: PolicyTree, _ snapshot: PolicySnapshot, input: SampleInput) {
        self.input = input
        let paths = tree.definitionsByPath.keys.filter { path in tree.definitions(of: path).allSatisfy { tree.rule($0).head.arguments == nil } }
        switch BoundedEvaluation.outcome(of: tree.package, snapshot, input.source) {
        case .value(let package):
            for path in paths { outcomes[path] = Self.member(path.dropFirst(tree.package.count), of: package).map { .value($0) } ?? .undefined }
        case .undefined: for path in paths { outcomes[path] = .undefined }
        case .failed:
            for path in paths.sorted(by: { $0.joined(separator: ".") < $1.joined(separator: ".") }).prefix(Self.mostRules) {
                outcomes[path] = BoundedEvaluation.outcome(of: path, snapshot, input.source)
            }
        }
    }

    private static func member(_ path: ArraySlice<String>, of value: Value) -> Value? { path.reduce(value) { $0?[$1] } }
}

/// Evaluation with an end: so many steps, so much time, and no way to the network.
enum BoundedEvaluation {
    private static let steps: UInt64 = 5_000_000
    private static let milliseconds = 500

    static func options(_ cancellation: Cancellation) -> EvaluationOptions {
        var options = EvaluationOptions()
        options.stepBudget = steps
        options.cancellation = cancellation
        options.mayWait = false
        return options
    }

    /// What a document is.
    static func outcome(of path: [String], _ snapshot: PolicySnapshot, _ input: InputSource, cancellation: Cancellation = Cancellation()) -> SampleValues.Outcome {
        evaluate(path, snapshot, input, cancellation: cancellation).outcome
    }

    static func evaluate(
        _ path: [String], _ snapshot: PolicySnapshot, _ input: InputSource, cancellation: Cancellation
    ) -> (outcome: SampleValues.Outcome, prints: [String]) {
        DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(milliseconds)) { cancellation.cancel() }
        do {
            let result = try snapshot.document(path).evaluate(input: input, options: options(cancellation))
            let value = result.solutions.first?.expressions.first?.value
            return (value.map { .value($0) } ?? .undefined, result.prints.map(\.text))
        } catch let error as DiagnosticList {
            return (.failed(error.diagnostics.map(\.description).joined(separator: "\n")), [])
        } catch let error as EvaluationError where cancellation.isCancelled {
            return (.failed("\(error.code): ended after \(milliseconds) ms; ask about a smaller input or part"), [])
        } catch {
            return (.failed("\(error)"), [])
        }
    }
}
