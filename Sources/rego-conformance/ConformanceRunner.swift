import Conformance
import Foundation
import Rego

/// Runs case files in OPA's conformance format and reports what failed.
struct ConformanceRunner {
    let directory: String
    let isVerbose: Bool
    let only: String?
    /// What queries are evaluated without at first; none where cases are run as they are.
    var unknowns: [String] = []
    /// Whether modules are formatted first.
    var formats = false

    /// True where every case passed.
    func run() -> Bool {
        let manager = FileManager.default
        let files = ((try? manager.contentsOfDirectory(atPath: directory)) ?? []).filter { $0.hasSuffix(".json") }.sorted()
        var passed = 0, failed = 0
        for file in files {
            let category = String(file.dropLast(5))
            if let only, only != category { continue }
            guard let data = manager.contents(atPath: "\(directory)/\(file)"), let cases = try? Value(json: Array(data)), case .array(let cases) = cases else {
                print("\(file): cannot be read")
                failed += 1
                continue
            }
            var good = 0
            for item in cases {
                if let problem = problem(of: ConformanceCase(item)) {
                    if isVerbose { print("FAIL \(category): \(ConformanceCase(item).note)\n  \(problem)") }
                } else {
                    good += 1
                }
            }
            print("\(category.padding(toLength: 40, withPad: " ", startingAt: 0)) \(good)/\(cases.count)")
            passed += good
            failed += cases.count - good
        }
        print("\(passed) passed, \(failed) failed")
        return failed == 0
    }

    private func problem(of test: ConformanceCase) -> String? {
        do {
            let test = formats ? try test.formatted() : test
            return unknowns.isEmpty ? test.problem() : test.problem(unknowns: unknowns)
        } catch {
            return "\(error)"
        }
    }
}
