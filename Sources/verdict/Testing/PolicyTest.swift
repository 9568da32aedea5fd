import Rego

/// A test: a rule whose name says so.
struct PolicyTest: Sendable {
    /// `data.app_test`.
    let package: String
    let name: String
    /// The keys below `data`.
    let path: [String]
    /// Whether it is one of cases: `test_roles[name] if …`.
    let hasCases: Bool
    /// Named `todo_test_…`: reported, not run.
    let isSkipped: Bool
    let location: SourceLocation

    var fullName: String { "\(package).\(name)" }

    /// All tests of some modules that were compiled with `preparesTests`, in the order of files and rows.
    static func all(in modules: [Module]) -> [PolicyTest] {
        var seen: Set<[String]> = []
        return modules.flatMap { module in
            module.rules.compactMap { rule in
                guard let path = rule.head.testPath, seen.insert(module.package.path + path).inserted else { return nil }
                return PolicyTest(
                    package: (["data"] + module.package.path).joined(separator: "."), name: path.joined(separator: "."), path: module.package.path + path,
                    hasCases: rule.head.isPartial && rule.head.key == nil, isSkipped: path.last?.hasPrefix("todo_test_") ?? false, location: rule.location)
            }
        }
    }
}

/// How a test ended.
struct TestResult: Sendable {
    enum Outcome: Sendable {
        case pass
        case fail
        case skip
        case error(EvaluationError)
    }

    let test: PolicyTest
    var outcome: Outcome
    var duration: Duration
    /// What `print` wrote.
    var output: [String]
    /// Results by case, of tests such as `test_roles[name]`.
    var cases: [TestCase] = []
    /// The literal that failed and the values of the variables bound there.
    var failure: Observer.Event?
    /// What `--bench` measured.
    var benchmark: TestBenchmark?

    init(_ test: PolicyTest, _ outcome: Outcome, duration: Duration = .zero, output: [String] = []) {
        self.test = test
        self.outcome = outcome
        self.duration = duration
        self.output = output
    }

    var passed: Bool { if case .pass = outcome { true } else { false } }
    var isFailure: Bool { !passed && !test.isSkipped }
    /// The cases without cases of their own, with the names of all cases around them.
    var leaves: [(names: [String], entry: TestCase)] { cases.flatMap { $0.leaves(below: []) } }
}
