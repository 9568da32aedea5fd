import Foundation

/// A program of this package, run as its users run it.
package struct Command {
    /// What a finished program left.
    package struct Outcome {
        package var code: Int32
        package var output: String
        package var error: String
    }

    /// Where the programs of this build lie: beside the tests themselves.
    package static let folder = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
    package static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private let process = Process()
    private let output = Spawning.pipe()
    private let error = Spawning.pipe()
    private let input = Spawning.pipe()

    package init(_ program: URL, _ arguments: [String], in folder: URL) {
        process.executableURL = program
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.standardOutput = output
        process.standardError = error
        process.standardInput = input
    }

    /// Runs `verdict` to its end.
    package static func verdict(_ arguments: [String], in folder: URL = repository, input: String = "") throws -> Outcome {
        try Command(Self.folder.appendingPathComponent("verdict"), arguments, in: folder).run(input: input)
    }

    /// Runs a line of shell in which `verdict` is this build's.
    package static func shell(_ line: String, in folder: URL = repository) throws -> Outcome {
        let command = Command(URL(fileURLWithPath: "/bin/bash"), ["-c", line], in: folder)
        var environment = ProcessInfo.processInfo.environment
        environment["PATH"] = Self.folder.path + ":" + (environment["PATH"] ?? "")
        command.process.environment = environment
        return try command.run(input: "")
    }

    private func run(input text: String) throws -> Outcome {
        try Spawning.run(process)
        input.fileHandleForWriting.write(Data(text.utf8))
        try input.fileHandleForWriting.close()
        // Both pipes are emptied at once, so that a full one never stops the program.
        let errors = DispatchQueue(label: "errors")
        nonisolated(unsafe) var errorText = Data()  // Written on the queue, read after `sync` on it.
        errors.async { [error] in errorText = error.fileHandleForReading.readDataToEndOfFile() }
        let outputText = output.fileHandleForReading.readDataToEndOfFile()
        errors.sync {}
        process.waitUntilExit()
        return Outcome(code: process.terminationStatus, output: String(decoding: outputText, as: UTF8.self), error: String(decoding: errorText, as: UTF8.self))
    }
}

extension Command {
    /// Runs a program until it is killed, some seconds after it wrote a text or ended; what it wrote until then.
    package func runUntilKilled(after marker: String, and delay: Double) throws -> String {
        try Spawning.run(process)
        var text = Data()
        while text.firstRange(of: Data(marker.utf8)) == nil {
            let more = output.fileHandleForReading.availableData
            if more.isEmpty { break }
            text += more
        }
        let identifier = process.processIdentifier
        DispatchQueue.global().asyncAfter(deadline: .now() + delay) { kill(identifier, SIGKILL) }
        text += output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: text, as: UTF8.self)
    }
}

/// Starts programs such that none holds on to what belongs to another: a pipe ends when the program that it was made for does.
package enum Spawning {
    private static let lock = NSLock()

    static func pipe() -> Pipe {
        lock.withLock {
            let pipe = Pipe()
            for handle in [pipe.fileHandleForReading, pipe.fileHandleForWriting] { _ = fcntl(handle.fileDescriptor, F_SETFD, FD_CLOEXEC) }
            return pipe
        }
    }

    package static func run(_ process: Process) throws { try lock.withLock { try process.run() } }
}

/// A folder for one test, removed with it.
package final class TemporaryFolder: Sendable {
    package let url: URL

    package init(files: [String: String] = [:]) throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("verdict-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        for (name, text) in files { try write(name, text) }
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    package func write(_ name: String, _ text: String) throws {
        let file = url.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }
}

/// Cases kept as JSON files.
package enum CaseFiles {
    /// Every case of the arrays in the files of a folder beside a source file.
    package static func load<Case: Decodable>(_ type: Case.Type, beside source: String, folder: String = "Cases") throws -> [Case] {
        let folder = URL(fileURLWithPath: source).deletingLastPathComponent().appendingPathComponent(folder)
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".json") }.sorted().flatMap { name in
            try JSONDecoder().decode([Case].self, from: Data(contentsOf: folder.appendingPathComponent(name)))
        }
    }
}
