import JSON
import Rego

/// Any text at all, given to the engine's JSON reader and to Jansson: both take it, with equal values, or both refuse it.
package struct JSONTarget: FuzzTarget {
    package static let name = "json"
    package static let vocabulary = [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u0000", "\\ud83d\\ude00", "\\ud800", "\\udc00", "null", "true", "false", "0", "-0", "1.0", "1e5", "1E+400", "-1.5e-300",
        "9223372036854775807", "9223372036854775808", "-9223372036854775808", "123456789012345678901234567890", "0.1", "00", "1.", ".5", "\"a\":", "{\"a\":1,\"a\":2}", " ", "\t",
        "\n", "\u{0}", "é", "😀", "\u{7f}", "[[[[", "]]]]", "\"\\/\\b\\f\\n\\r\\t\"",
    ]
    package init() {}

    package mutating func problem(with input: [UInt8]) -> String? {
        let ours = try? Value(json: input)
        let judged = input.withUnsafeBytes { text in
            Result { () throws(JSONProblem) in try JSONValue(parsing: text) }
        }
        switch (ours, judged) {
        case (nil, .failure): return nil
        case (let ours?, .success(let theirs)):
            return Self.equal(ours, theirs) ? roundTrip(ours) : "values differ: \(ours.prettyJSON()) and \(theirs)"
        // Jansson takes a NUL after the document for the end of the text, and any exponent for zero or infinity.
        case (nil, .success): return input.contains(0) || Self.hasHugeExponent(input) ? nil : "refused, but Jansson takes it"
        // Jansson's keys are C strings; OPA takes NUL in keys, and so does the reader.
        case (_?, .failure(let problem)): return problem.isRange || problem.message.contains("NUL byte in object key") ? nil : "taken, but Jansson refuses it: \(problem)"
        }
    }

    /// Six digits or more after `e`: more than the engine computes with.
    private static func hasHugeExponent(_ text: [UInt8]) -> Bool {
        String(decoding: text, as: UTF8.self).contains(/[eE][+-]?[0-9]{6}/)
    }

    /// What is written reads as the same value.
    private func roundTrip(_ value: Value) -> String? {
        guard let again = try? Value(json: value.json()) else { return "what was written cannot be read: \(value.prettyJSON())" }
        return again == value ? nil : "what was written reads differently: \(value.prettyJSON()) and \(again.prettyJSON())"
    }

    private static func equal(_ ours: Value, _ theirs: JSONValue) -> Bool {
        switch (ours, theirs) {
        case (.null, .null): return true
        case (.boolean(let a), .boolean(let b)): return a == b
        case (.string(let a), .string(let b)): return Array(a.utf8) == Array(b.utf8)
        case (.number(let a), .integer(let b)): return a.integer == b
        // Jansson has no more than a double.
        case (.number(let a), .real(let b)): return Double(a.text) == b
        case (.array(let a), .array(let b)): return a.count == b.count && zip(a, b).allSatisfy { equal($0, $1) }
        case (.object(let a), .object(let b)):
            return a.count == b.count && a.allSatisfy { entry in
                guard case .string(let key) = entry.key, let other = b[Array(key.utf8)] else { return false }
                return equal(entry.value, other)
            }
        default: return false
        }
    }
}
