import Rego

/// A test: a rule whose name says so.
struct PolicyTest {
    /// `data.app_test`.
    let package: String
    let name: String
    /// The keys below `data`.
    let path: [String]
    /// Named `todo_test_…`: reported, not run.
    let isSkipped: Bool
    let location: SourceLocation

    /// All tests of some modules, in the order of files and rows. Rules of one name are one test.
    static func all(in modules: [Module]) -> [PolicyTest] {
        var seen: Set<[String]> = []
        return modules.flatMap { module in
            module.rules.compactMap { rule in
                guard let path = testPath(rule.head), seen.insert(module.package.path + path).inserted else { return nil }
                let name = path.joined(separator: ".")
                return PolicyTest(
                    package: (["data"] + module.package.path).joined(separator: "."), name: name, path: module.package.path + path,
                    isSkipped: path.last?.hasPrefix("todo_test_") ?? false, location: rule.location)
            }
        }
    }

    /// The names of a head up to the first that begins like a test's.
    private static func testPath(_ head: Head) -> [String]? {
        var path: [String] = []
        for term in [Term(.string(head.name), at: head.location)] + head.path {
            guard case .string(let name) = term.kind else { return nil }
            path.append(name)
            if name.hasPrefix("test_") || name.hasPrefix("todo_test_") { return path }
        }
        return nil
    }
}

/// How a test ended.
struct TestResult {
    enum Outcome {
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
    /// Results by case, of tests such as `test_roles[case]`.
    var cases: [(name: String, passed: Bool)]
    /// The literal that failed and the values of the variables bound there.
    var failure: Observer.Event?

    var passed: Bool { if case .pass = outcome { true } else { false } }
    var isFailure: Bool { !passed && !test.isSkipped }
}
