import Foundation
import Rego

/// Another engine in a process of its own, asked line by line; it is started again where it ends or does not answer.
package final class OtherEngine {
    private let command: [String]
    private var process = Process()
    private var questions = Pipe()
    private var answers = Pipe()
    private var waiting: [UInt8] = []
    private var asked: [UInt8] = []
    /// Seconds.
    private static let patience = 30.0

    /// - Parameter command: reads a case a line and answers each with a line, such as `{"result": [{"x": 1}]}` or `{"error": "text"}`.
    package init(command: [String]) throws {
        self.command = command
        try start()
    }

    deinit { process.terminate() }

    private func start() throws {
        process = Process()
        questions = Pipe()
        answers = Pipe()
        waiting = []
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        process.standardInput = questions
        process.standardOutput = answers
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    func restart() throws {
        process.terminate()
        try start()
    }

    /// Asks without waiting for the answer.
    package func ask(_ line: [UInt8]) {
        asked = line
        try? questions.fileHandleForWriting.write(contentsOf: Data(line + [UInt8(ascii: "\n")]))
    }

    /// The answer to what was asked last; nil where there is none in time or it is no answer.
    package func answer() throws -> Answer? {
        let deadline = Date().addingTimeInterval(Self.patience)
        while true {
            if let end = waiting.firstIndex(of: UInt8(ascii: "\n")) {
                let line = Array(waiting[..<end])
                waiting.removeSubrange(...end)
                return (try? Value(json: line)).flatMap(Answer.init)
            }
            guard let more = more(before: deadline) else {
                process.terminate()
                try start()
                return nil
            }
            waiting += more
        }
    }

    private func more(before deadline: Date) -> Data? {
        var descriptor = pollfd(fd: answers.fileHandleForReading.fileDescriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&descriptor, 1, Int32(max(0, deadline.timeIntervalSinceNow) * 1000)) > 0 else { return nil }
        let data = answers.fileHandleForReading.availableData
        return data.isEmpty ? nil : data
    }
}
