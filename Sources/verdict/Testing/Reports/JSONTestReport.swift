import Foundation
import Rego

extension TestFormat {
    /// OPA's array of results, with `failure`: the literal that failed and the values of its variables.
    static let json = TestFormat(name: "json") { Value.array($0.results.map(document)).prettyJSON() + "\n" }

    private static func document(_ result: TestResult) -> Value {
        var fields: [(Value, Value)] = [
            ("location", Reporting.json(result.test.location)),
            ("package", .string(result.test.package)),
            ("name", .string(result.test.name)),
            ("duration", .number(Number(Int(result.duration / .nanoseconds(1))))),
        ]
        switch result.outcome {
        case .pass: break
        case .fail: fields.append(("fail", true))
        case .skip: fields.append(("skip", true))
        case .error(let error):
            var described: [(Value, Value)] = [("code", .string(error.code.rawValue)), ("message", .string(error.message))]
            if let location = error.location { described.append(("location", Reporting.json(location))) }
            fields.append(("error", .makeObject(described)))
        }
        if !result.output.isEmpty {
            fields.append(("output", .string(Data(result.output.map { $0 + "\n" }.joined().utf8).base64EncodedString())))
        }
        if let failure = result.failure { fields.append(("failure", document(failure))) }
        if !result.cases.isEmpty { fields.append(("sub_results", document(result.cases))) }
        if let benchmark = result.benchmark { fields.append(("benchmark_result", benchmark.document)) }
        return .makeObject(fields)
    }

    private static func document(_ failure: Observer.Event) -> Value {
        ["location": Reporting.json(failure.location), "variables": .makeObject(failure.variables.map { (.string($0.name), $0.value) })]
    }

    private static func document(_ cases: [TestCase]) -> Value {
        .makeObject(cases.map { entry in
            var fields: [(Value, Value)] = [("name", .string(entry.name))]
            if !entry.passed { fields.append(("fail", true)) }
            if let failure = entry.failure { fields.append(("failure", document(failure))) }
            if !entry.cases.isEmpty { fields.append(("sub_results", document(entry.cases))) }
            return (.string(entry.name), .makeObject(fields))
        })
    }
}
