import Foundation
import NetworkAccess
import Rego

/// Runs tests against a snapshot that was compiled with observation.
struct TestRunner: Sendable {
    let snapshot: PolicySnapshot
    let timeout: Duration

    typealias Outcomes = [SourceLocation: LiteralOutcomes]

    /// The results in the order of the tests, and what they reached of the policies.
    ///
    /// - Parameters:
    ///   - count: how many tests run at a time.
    ///   - explained: told why each test ended as it did.
    func run(
        _ tests: [PolicyTest], parallel count: Int, explained: ExplanationSnapshot? = nil, progress: Progress? = nil
    ) throws(DiagnosticList) -> (results: [TestResult], outcomes: Outcomes) {
        var queries: [PreparedQuery] = []
        for test in tests { queries.append(try snapshot.document(test.path)) }
        let runs = Workers.map(Array(zip(tests, queries)), workers: count) { test, query in
            defer { progress?.advance() }
            guard !test.isSkipped else { return (result: TestResult(test, .skip), outcomes: Outcomes()) }
            let observer = Observer(explained == nil ? .variables : [.variables, .trace])
            var result = run(test, query, observer)
            result.failure = result.passed ? nil : observer.last[1]
            explained?.add(test, observer, snapshot)
            return (result, snapshot.outcomes(seenBy: observer))
        }
        return (runs.map(\.result), runs.reduce(into: [:]) { $0.merge($1.outcomes, uniquingKeysWith: +) })
    }

    /// Whether a test passes, without a word why.
    func passes(_ test: PolicyTest) throws(DiagnosticList) -> Bool { run(test, try snapshot.document(test.path), nil).passed }

    private func run(_ test: PolicyTest, _ query: PreparedQuery, _ observer: Observer?) -> TestResult {
        var options = EvaluationOptions()
        options.network = ProcessNetwork(userAgent: "Verdict/\(Version.number)")
        options.observer = observer
        let cancellation = Cancellation()
        options.cancellation = cancellation
        let timer = Task { [timeout] in
            try await Task.sleep(for: timeout)
            cancellation.cancel()
        }
        defer { timer.cancel() }
        var result = TestResult(test, .fail)
        result.duration = ContinuousClock().measure {
            do throws(EvaluationError) {
                let found = try query.evaluate(options: options)
                result.output = found.prints.map(\.text)
                judge(found, observer, &result)
            } catch {
                result.outcome = .error(error)
            }
        }
        return result
    }

    /// Passes for `true`; a parameterised test where none of its cases failed.
    private func judge(_ found: QueryResult, _ observer: Observer?, _ result: inout TestResult) {
        guard let value = found.solutions.first?.expressions.first?.value else { return }
        guard result.test.hasCases else {
            if value == true { result.outcome = .pass }
            return
        }
        result.cases = TestCase.all(in: value, begun: found.testCases, ends: observer?.caseEnds ?? [])
        if result.cases.allSatisfy(\.passed) { result.outcome = .pass }
    }
}
