import Foundation
import Rego

/// Writes to standard output and error, and the shapes errors have there.
enum Reporting {
    static func output(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }
    static func error(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }

    /// `1 error occurred: file:row: code: message`, or a list.
    static func text(_ diagnostics: [Diagnostic]) -> String {
        let lines = diagnostics.map { ([$0.description] + $0.details.map { "\t" + $0 }).joined(separator: "\n") }
        if lines.count == 1 { return "1 error occurred: \(lines[0])" }
        return "\(lines.count) errors occurred:\n\(lines.joined(separator: "\n"))"
    }

    static func json(_ diagnostics: [Diagnostic]) -> Value {
        .array(diagnostics.map { diagnostic in
            var fields: [(Value, Value)] = [(.string("message"), .string(diagnostic.message)), (.string("code"), .string(diagnostic.code.rawValue))]
            if let location = diagnostic.location { fields.append((.string("location"), json(location))) }
            return .makeObject(fields)
        })
    }

    static func json(_ location: SourceLocation) -> Value {
        .makeObject([
            (.string("file"), .string(location.file)), (.string("row"), .number(Number(location.row))), (.string("col"), .number(Number(location.column))),
        ])
    }
}
