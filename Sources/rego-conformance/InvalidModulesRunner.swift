import Conformance
import Foundation
import Rego

/// Runs cases of modules with mistakes and reports where the errors differ.
struct InvalidModulesRunner {
    let directory: String
    let isVerbose: Bool

    /// True where every case passed.
    func run() -> Bool {
        guard let cases = try? InvalidModuleCase.load(directory: directory) else {
            print("\(directory): cannot be read")
            return false
        }
        var places = 0, messages = 0, all = 0
        for item in cases {
            if item.problem(comparesMessages: false, comparesDetails: false) == nil { places += 1 }
            if item.problem(comparesDetails: false) == nil { messages += 1 }
            if let problem = item.problem() {
                if isVerbose { print("FAIL \(item)\n  \(problem)") }
            } else {
                all += 1
            }
        }
        print("of \(cases.count) cases agree: \(places) in codes and rows, \(messages) in messages too, \(all) in details too")
        return all == cases.count
    }

    /// Reads one case a line from standard input and writes its errors, one JSON array a line.
    static func diagnose() {
        while let line = readLine() {
            guard let fields = try? Value(json: Array(line.utf8)) else { continue }
            let problems = InvalidModuleCase(fields).found().map { problem in
                Value.makeObject([
                    (.string("file"), .string(problem.file ?? "")), (.string("code"), .string(problem.code)), (.string("row"), .number(Number(problem.row ?? 0))),
                    (.string("message"), .string(problem.message)), (.string("details"), .array(problem.details.map { .string($0) })),
                ])
            }
            print(String(decoding: Value.array(problems).json(), as: UTF8.self))
        }
    }
}
