import NetworkAccess
import Rego

/// Runs tests against a snapshot that was compiled with observation.
struct TestRunner {
    let snapshot: PolicySnapshot
    let timeout: Duration

    /// The results, and every line of policy that any test reached.
    func run(_ tests: [PolicyTest]) throws(DiagnosticList) -> (results: [TestResult], lines: Set<Observer.Line>) {
        var results: [TestResult] = []
        var lines: Set<Observer.Line> = []
        for test in tests {
            if test.isSkipped {
                results.append(TestResult(test: test, outcome: .skip, duration: .zero, output: [], cases: [], failure: nil))
                continue
            }
            let query = try snapshot.document(test.path)
            let observer = Observer(keepsVariables: true)
            var result = run(test, query, observer)
            result.failure = result.passed ? nil : observer.last[1]
            results.append(result)
            lines.formUnion(observer.lines)
        }
        return (results, lines)
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
        var result = TestResult(test: test, outcome: .fail, duration: .zero, output: [], cases: [], failure: nil)
        result.duration = ContinuousClock().measure {
            do throws(EvaluationError) {
                let found = try query.evaluate(options: options)
                result.output = found.prints.map(\.text)
                judge(found.solutions.first?.expressions.first?.value, &result)
            } catch {
                result.outcome = .error(error)
            }
        }
        return result
    }

    /// Passes only for `true`, or for an object of cases that are all `true`.
    private func judge(_ value: Value?, _ result: inout TestResult) {
        if value == true { result.outcome = .pass }
        guard case .object(let entries) = value else { return }
        result.cases = entries.map { entry in
            let name = if case .string(let text) = entry.key { text } else { String(decoding: entry.key.json(), as: UTF8.self) }
            return (name, Self.holds(entry.value))
        }
        if !entries.isEmpty, result.cases.allSatisfy(\.passed) { result.outcome = .pass }
    }

    private static func holds(_ value: Value) -> Bool {
        if case .object(let entries) = value { return !entries.isEmpty && entries.allSatisfy { holds($0.value) } }
        return value == true
    }
}
