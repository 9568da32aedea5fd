import Lint
import Rego

extension TestFormat {
    /// JUnit's XML: a suite a package, a case of a parameterised test a test case of its own.
    static let junit = TestFormat(name: "junit") { report in
        var packages: [String] = []
        for result in report.results where !packages.contains(result.test.package) { packages.append(result.test.package) }
        let byPackage = Dictionary(grouping: report.results, by: \.test.package)
        return JUnitDocument(name: "verdict test", suites: packages.map { ($0, (byPackage[$0] ?? []).flatMap { cases(of: $0, report) }) }).text
    }

    private static func cases(of result: TestResult, _ report: TestReport) -> [JUnitDocument.Case] {
        let leaves = result.leaves
        if !leaves.isEmpty {
            return leaves.map { names, entry in
                let outcome: JUnitDocument.Case.Outcome = entry.passed ? .passed : failure(entry.failure ?? result.failure, result, report)
                return JUnitDocument.Case(name: ([result.test.name] + names).joined(separator: "/"), className: result.test.package, outcome: outcome)
            }
        }
        let outcome: JUnitDocument.Case.Outcome
        switch result.outcome {
        case .pass: outcome = .passed
        case .skip: outcome = .skipped
        case .fail: outcome = failure(result.failure, result, report)
        case .error(let error): outcome = .error(type: error.code.rawValue, message: error.message, text: "\(error)")
        }
        return [
            JUnitDocument.Case(
                name: result.test.name, className: result.test.package, seconds: result.test.isSkipped ? nil : result.duration / .seconds(1), outcome: outcome,
                output: result.output.joined(separator: "\n")),
        ]
    }

    private static func failure(_ event: Observer.Event?, _ result: TestResult, _ report: TestReport) -> JUnitDocument.Case.Outcome {
        let place = (event?.location ?? result.test.location)
        return .failure(
            type: "fail", message: "\(place.file):\(place.row) does not hold", text: event.map { report.lines(about: $0).joined(separator: "\n") } ?? "")
    }
}
