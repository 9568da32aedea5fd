import ArgumentParser
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

    /// Runs a command; what it throws is written to standard error and ends the program with a code.
    static func failures(exitCode: Int32 = 1, _ command: () throws -> Void) throws {
        do {
            try command()
        } catch let error as DiagnosticList {
            self.error(text(error.diagnostics))
            throw ExitCode(exitCode)
        } catch let error as EvaluationError {
            self.error("1 error occurred: \(error)")
            throw ExitCode(exitCode)
        } catch let error as PolicyFiles.Failure {
            self.error(error.description)
            throw ExitCode(exitCode)
        } catch let error as ExplanationError {
            self.error("1 error occurred: \(error)")
            throw ExitCode(exitCode)
        }
    }
}
