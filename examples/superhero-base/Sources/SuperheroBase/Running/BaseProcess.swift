import Foundation
import Support

/// A process of the base as the base runs it.
final class BaseProcess: Sendable {
    private let process: Process
    let port: Int

    /// Starts it, and returns when it answers.
    ///
    /// - Parameter port: 0 for one that the system chooses.
    init(_ role: BaseRole, in folder: BaseFolder, port: Int = 0) async throws {
        folder.forget(role.rawValue)
        let log = folder.url.appending(path: "logs/\(role.rawValue).log")
        if !FileManager.default.fileExists(atPath: log.path) { FileManager.default.createFile(atPath: log.path, contents: nil) }
        let output = try FileHandle(forWritingTo: log)
        try output.seekToEnd()
        let process = Process()
        process.executableURL = Command.folder.appending(path: "superhero-base")
        process.arguments = ["serve", role.rawValue, "--folder", folder.url.path, "--port", String(port)]
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        try Spawning.run(process)
        self.process = process
        var address: String?
        do {
            try await Waiting.until {
                guard process.isRunning else { throw Failure(description: "\(role.rawValue) has ended; see \(log.path)") }
                address = folder.address(of: role.rawValue)
                return address != nil
            }
        } catch {
            process.terminate()
            throw error
        }
        self.port = address?.split(separator: ":").last.flatMap { Int($0) } ?? port
    }

    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    deinit { if process.isRunning { Foundation.kill(process.processIdentifier, SIGKILL) } }

    /// Ends it as a power failure would.
    func kill() {
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
