import Foundation
import Rego

/// How `verdict test` prints results: OPA's form, with the failing line and its variables.
struct TestReport {
    let results: [TestResult]
    /// The text of each policy file, to show failing lines.
    let sources: [String: [Substring]]

    init(_ results: [TestResult], modules: [Module]) {
        self.results = results
        sources = Dictionary(modules.map { ($0.file, $0.text.split(separator: "\n", omittingEmptySubsequences: false)) }) { first, _ in first }
    }

    private struct Counts {
        var pass = 0, fail = 0, skip = 0, error = 0
        init(_ results: [TestResult]) {
            for result in results {
                switch result.outcome {
                case .pass: pass += 1
                case .fail: fail += 1
                case .skip: skip += 1
                case .error: error += 1
                }
            }
        }
    }

    func pretty(verbose: Bool) -> String {
        guard !results.isEmpty else { return "" }
        var text = ""
        var file: String?
        for result in results where verbose || !result.passed {
            if file != result.test.location.file {
                if file != nil { text += "\n" }
                text += "\(result.test.location.file):\n"
                file = result.test.location.file
            }
            text += describe(result)
        }
        if file != nil { text += String(repeating: "-", count: 80) + "\n" }
        let counts = Counts(results)
        for (name, count) in [("PASS", counts.pass), ("FAIL", counts.fail), ("SKIPPED", counts.skip), ("ERROR", counts.error)] where count > 0 {
            text += "\(name): \(count)/\(results.count)\n"
        }
        return text
    }

    private func describe(_ result: TestResult) -> String {
        let name = "\(result.test.package).\(result.test.name)"
        var text: String
        switch result.outcome {
        case .pass: text = "\(name): PASS (\(Self.text(result.duration)))\n"
        case .fail: text = "\(name): FAIL (\(Self.text(result.duration)))\n"
        case .skip: return "\(name): SKIPPED\n"
        case .error(let error): text = "\(name): ERROR (\(Self.text(result.duration)))\n  \(error)\n"
        }
        for entry in result.cases { text += "  \(entry.name): \(entry.passed ? "PASS" : "FAIL")\n" }
        if !result.output.isEmpty { text += "\n" + result.output.map { "  \($0)\n" }.joined() + "\n" }
        if case .fail = result.outcome, let failure = result.failure { text += describe(failure) }
        return text
    }

    /// The failing line and what its variables were.
    private func describe(_ failure: Observer.Event) -> String {
        let location = failure.location
        var text = "\n  \(location.file):\(location.row):\n"
        if let lines = sources[location.file], lines.indices.contains(location.row - 1) {
            text += "    \(lines[location.row - 1].trimmingCharacters(in: .whitespaces))\n"
        }
        for variable in failure.variables {
            text += "      \(variable.name) = \(String(decoding: variable.value.json(escapesHTML: false), as: UTF8.self))\n"
        }
        return text + "\n"
    }

    /// As Go writes durations: `1.5ms`.
    private static func text(_ duration: Duration) -> String {
        let nanoseconds = duration / .nanoseconds(1)
        switch nanoseconds {
        case ..<1_000: return "\(Int(nanoseconds))ns"
        case ..<1_000_000: return "\((nanoseconds).rounded() / 1_000)µs"
        case ..<1_000_000_000: return "\(nanoseconds.rounded() / 1_000_000)ms"
        default: return "\(nanoseconds.rounded() / 1_000_000_000)s"
        }
    }

    // MARK: JSON

    var json: String { Value.array(results.map(document)).prettyJSON() + "\n" }

    private func document(_ result: TestResult) -> Value {
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
        if let failure = result.failure {
            let variables = failure.variables.map { (Value.string($0.name), $0.value) }
            fields.append(("failure", ["location": Reporting.json(failure.location), "variables": .makeObject(variables)]))
        }
        if !result.cases.isEmpty {
            fields.append(("sub_results", .makeObject(result.cases.map { entry in
                (.string(entry.name), entry.passed ? ["name": .string(entry.name)] : ["name": .string(entry.name), "fail": true])
            })))
        }
        return .makeObject(fields)
    }
}
