import Foundation
import Rego

/// Compiles the policies of a root, and evaluates those of open documents for the sample input: all that takes longer than a key press.
struct Compilation: Sendable {
    /// A document as it is compiled.
    struct Source: Sendable {
        let path: DocumentPath
        let tree: PolicyTree
    }

    /// What a compilation found.
    struct Outcome: Sendable {
        /// The change of the root that it has seen last.
        var revision = -1
        /// The policies, where they have no mistakes; else those of an earlier outcome.
        var snapshot: PolicySnapshot?
        var isCurrent = false
        /// Base data, where it could be read.
        var data: Value?
        /// Mistakes by document.
        var diagnostics: [DocumentPath: [ProtocolDiagnostic]] = [:]
        /// Mistakes that have no place, and files that cannot be read.
        var complaints: [String] = []
        /// The sample inputs of open documents.
        var inputs: [DocumentPath: SampleInput] = [:]
        /// What the rules of open documents give for them.
        var samples: [DocumentPath: SampleValues] = [:]
    }

    let root: String?
    let revision: Int
    let sources: [Source]
    let open: [DocumentPath]
    /// Whether policies are missing, so that mistakes may only follow from that.
    let isIncomplete: Bool
    /// What is kept where the policies have mistakes.
    let previous: Outcome
    let files: any WorkspaceFiles

    func run() -> Outcome {
        var outcome = Outcome(revision: revision, snapshot: previous.snapshot, data: previous.data, samples: previous.samples)
        for path in open { outcome.inputs[path] = SampleInput(for: path, below: root, files) }
        let data = readData(&outcome)
        do throws(DiagnosticList) {
            var options = CompilerOptions()
            options.maximumErrors = 0
            options.keepsVariableTypes = true
            outcome.snapshot = try PolicySnapshot(modules: sources.map(\.tree.module), data: data, options: options)
        } catch {
            if !isIncomplete { report(error.diagnostics, in: &outcome) }
            return outcome
        }
        guard let snapshot = outcome.snapshot else { return outcome }
        outcome.isCurrent = true
        outcome.data = snapshot.baseDocument
        outcome.samples = [:]
        for source in sources {
            if let input = outcome.inputs[source.path] { outcome.samples[source.path] = SampleValues(of: source.tree, snapshot, input: input) }
        }
        return outcome
    }

    private func readData(_ outcome: inout Outcome) -> DataSource {
        guard let root else { return .empty }
        do {
            return try files.data(below: root)
        } catch {
            outcome.complaints.append("\(error)")
            return .empty
        }
    }

    private func report(_ diagnostics: [Diagnostic], in outcome: inout Outcome) {
        let sources = Dictionary(sources.map { ($0.tree.module.file, $0) }, uniquingKeysWith: { first, _ in first })
        for diagnostic in diagnostics {
            guard let location = diagnostic.location, let source = sources[location.file] else {
                outcome.complaints.append(diagnostic.description)
                continue
            }
            outcome.diagnostics[source.path, default: []].append(ProtocolDiagnostic(diagnostic, in: source.tree.text))
        }
    }
}

extension ProtocolDiagnostic {
    /// A mistake that the parser or compiler found.
    init(_ diagnostic: Diagnostic, in text: DocumentText) {
        let start = min(diagnostic.location?.offset ?? 0, text.end)
        var end = min(text.end, start + (diagnostic.location?.length ?? 0))
        if end == start { end = max(text.wordEnd(at: start), min(start + 1, text.end)) }
        // A rule of many lines is marked in its first.
        end = min(end, max(start, text.line(text.lineNumber(at: start)).upperBound))
        let isType = diagnostic.code == .type
        self.init(
            range: text.range(start..<max(start, end)), severity: .error, code: diagnostic.code.rawValue, source: "verdict",
            message: ([diagnostic.message] + (isType ? diagnostic.details : [])).joined(separator: "\n"))
    }
}
