import Rego

extension TestFormat {
    /// OPA's form, with the failing line and its variables.
    static let pretty = TestFormat(name: "pretty") { PrettyTestReport(report: $0).text }
}

private struct PrettyTestReport {
    let report: TestReport

    var text: String {
        let results = report.results
        guard !results.isEmpty else { return "" }
        var text = "", file: String?
        for result in results where report.isVerbose || !result.passed || result.benchmark != nil {
            if result.passed, let benchmark = result.benchmark {
                text += "\(result.test.fullName)\t\(benchmark.text)\n"
                file = file ?? ""
                continue
            }
            if file != result.test.location.file {
                if file?.isEmpty == false { text += "\n" }
                text += "\(result.test.location.file):\n"
                file = result.test.location.file
            }
            text += describe(result)
        }
        if file != nil { text += String(repeating: "-", count: 80) + "\n" }
        return text + summary
    }

    /// Cases count instead of the tests that hold them.
    private var summary: String {
        var pass = 0, fail = 0, skip = 0, error = 0
        for result in report.results {
            let leaves = result.leaves
            switch result.outcome {
            case .skip: skip += 1
            case .error: error += 1
            case .pass, .fail:
                let passed = leaves.isEmpty ? (result.passed ? 1 : 0) : leaves.count { $0.entry.passed }
                pass += passed
                fail += max(1, leaves.count) - passed
            }
        }
        let total = pass + fail + skip + error
        let counts = [("PASS", pass, TextColor.green), ("FAIL", fail, .red), ("SKIPPED", skip, .yellow), ("ERROR", error, .red)]
        return counts.filter { $0.1 > 0 }.map { "\(colored($0.0, $0.2)): \($0.1)/\(total)\n" }.joined()
    }

    private func colored(_ text: String, _ color: TextColor) -> String { color.applied(to: text, if: report.hasColors) }

    private func describe(_ result: TestResult) -> String {
        let name = result.test.fullName, duration = Self.text(result.duration)
        var text: String
        switch result.outcome {
        case .pass: text = "\(name): \(colored("PASS", .green)) (\(duration))\n"
        case .fail: text = "\(name): \(colored("FAIL", .red)) (\(duration))\n"
        case .skip: return "\(name): \(colored("SKIPPED", .yellow))\n"
        case .error(let error): text = "\(name): \(colored("ERROR", .red)) (\(duration))\n  \(error)\n"
        }
        for (names, entry) in result.cases.flatMap({ $0.all(below: []) }) where report.isVerbose || !entry.passed {
            let indentation = String(repeating: "  ", count: names.count)
            text += "\(indentation)\(entry.name): \(entry.passed ? colored("PASS", .green) : colored("FAIL", .red))\n"
            if let failure = entry.failure { text += describe(failure, indentation: indentation) }
        }
        if !result.output.isEmpty { text += "\n" + result.output.map { "  \($0)\n" }.joined() + "\n" }
        if case .fail = result.outcome, result.cases.isEmpty, let failure = result.failure { text += describe(failure, indentation: "") }
        return text
    }

    private func describe(_ failure: Observer.Event, indentation: String) -> String {
        "\n" + report.lines(about: failure).map { "\(indentation)  \($0)\n" }.joined() + "\n"
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
}
