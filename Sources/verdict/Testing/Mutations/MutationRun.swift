import Foundation
import Rego

/// Changes policies one by one and sees whether a test notices.
struct MutationRun: Sendable {
    let policies: [PolicySource]
    let data: DataSource
    let options: CompilerOptions
    let timeout: Duration

    /// What came of a mutation.
    enum Outcome: Sendable {
        /// A test failed, as it should.
        case killed
        /// Every test still passes: none of them says what was changed.
        case survived
        /// The changed policy does not compile, so it says nothing about the tests.
        case invalid
    }

    struct Result: Sendable {
        let mutation: Mutation
        let outcome: Outcome
    }

    /// Tries the mutations of modules on all processors, with tests that pass without them.
    func run(_ modules: [Module], _ tests: [PolicyTest]) -> [Result] {
        let mutations = modules.flatMap { MutationFinder($0).mutations }
        let progress = Progress(of: mutations.count, "changes")
        defer { progress.end() }
        return Workers.map(mutations, workers: ProcessInfo.processInfo.activeProcessorCount) { mutation in
            defer { progress.advance() }
            return Result(mutation: mutation, outcome: outcome(of: mutation, tests))
        }
    }

    private func outcome(of mutation: Mutation, _ tests: [PolicyTest]) -> Outcome {
        let changed = policies.map { policy in
            guard policy.file == mutation.location.file else { return policy }
            return PolicySource(file: policy.file, text: mutation.applied(to: policy.text), version: policy.version)
        }
        do throws(DiagnosticList) {
            let runner = TestRunner(snapshot: try PolicySnapshot(policies: changed, data: data, options: options), timeout: timeout)
            for test in tests where try !runner.passes(test) { return .killed }
            return .survived
        } catch {
            return .invalid
        }
    }
}
