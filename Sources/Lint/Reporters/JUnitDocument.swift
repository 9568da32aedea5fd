import Foundation

/// A report in JUnit's XML: suites of cases, each of which passed or has an outcome that says why not.
public struct JUnitDocument {
    public struct Case {
        public enum Outcome {
            case passed
            case skipped
            case failure(type: String, message: String, text: String)
            case error(type: String, message: String, text: String)
        }

        let name: String
        let className: String
        let seconds: Double?
        let outcome: Outcome
        /// What was printed.
        let output: String

        public init(name: String, className: String, seconds: Double? = nil, outcome: Outcome, output: String = "") {
            self.name = name
            self.className = className
            self.seconds = seconds
            self.outcome = outcome
            self.output = output
        }
    }

    private let name: String
    private let suites: [(name: String, cases: [Case])]

    public init(name: String, suites: [(name: String, cases: [Case])]) {
        self.name = name
        self.suites = suites
    }

    public var text: String {
        let lines = [#"<?xml version="1.0" encoding="UTF-8"?>"#, "<testsuites \(Self.attributes(name, suites.flatMap(\.cases)))>"]
            + suites.flatMap { suite in
                ["  <testsuite \(Self.attributes(suite.name, suite.cases))>"] + suite.cases.flatMap(Self.lines) + ["  </testsuite>"]
            } + ["</testsuites>"]
        return lines.joined(separator: "\n") + "\n"
    }

    private static func attributes(_ name: String, _ cases: [Case]) -> String {
        var failures = 0, errors = 0, skipped = 0
        for entry in cases {
            switch entry.outcome {
            case .passed: break
            case .skipped: skipped += 1
            case .failure: failures += 1
            case .error: errors += 1
            }
        }
        var text = #"name="\#(XMLText.escaped(name))" tests="\#(cases.count)" failures="\#(failures)""#
        if errors > 0 { text += #" errors="\#(errors)""# }
        if skipped > 0 { text += #" skipped="\#(skipped)""# }
        return text
    }

    private static func lines(_ entry: Case) -> [String] {
        let time = entry.seconds.map { #" time="\#(String(format: "%.6f", $0))""# } ?? ""
        let start = #"    <testcase name="\#(XMLText.escaped(entry.name))" classname="\#(XMLText.escaped(entry.className))"\#(time)"#
        var inside: [String] = []
        switch entry.outcome {
        case .passed: break
        case .skipped: inside.append("      <skipped/>")
        case .failure(let type, let message, let text): inside.append(element("failure", type, message, text))
        case .error(let type, let message, let text): inside.append(element("error", type, message, text))
        }
        if !entry.output.isEmpty { inside.append("      <system-out>\(XMLText.escaped(entry.output))</system-out>") }
        return inside.isEmpty ? ["\(start)/>"] : ["\(start)>"] + inside + ["    </testcase>"]
    }

    private static func element(_ name: String, _ type: String, _ message: String, _ text: String) -> String {
        // A line end within an attribute would be read as a space.
        let message = XMLText.escaped(message).replacing("\n", with: "&#10;")
        return #"      <\#(name) type="\#(XMLText.escaped(type))" message="\#(message)">\#(XMLText.escaped(text))</\#(name)>"#
    }
}
