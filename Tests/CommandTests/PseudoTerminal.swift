import Foundation
import Support

/// Runs `verdict` on a pseudo-terminal, as somebody who types would.
final class PseudoTerminal {
    struct Problem: Error, CustomStringConvertible {
        var description: String
    }

    private let process = Process()
    private let master: Int32
    private var unread = ""
    /// Whether colours are part of what is read.
    private let keepsColors: Bool

    init(_ arguments: [String], in folder: URL, environment other: [String: String] = [:], keepsColors: Bool = false) throws {
        self.keepsColors = keepsColors
        var ends: (master: Int32, slave: Int32) = (-1, -1)
        guard openpty(&ends.master, &ends.slave, nil, nil, nil) == 0 else { throw Problem(description: "there is no pseudo-terminal") }
        let slave = ends.slave
        master = ends.master
        for end in [master, slave] { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { close(slave) }
        let handle = FileHandle(fileDescriptor: slave, closeOnDealloc: false)
        process.executableURL = Command.folder.appendingPathComponent("verdict")
        process.arguments = arguments
        process.currentDirectoryURL = folder
        (process.standardInput, process.standardOutput, process.standardError) = (handle, handle, handle)
        var environment = ProcessInfo.processInfo.environment
        environment["TERM"] = "xterm"
        environment["XDG_STATE_HOME"] = folder.appendingPathComponent("state").path
        process.environment = environment.merging(other) { _, other in other }
        try Spawning.run(process)
    }

    deinit {
        if process.isRunning { process.terminate() }
        close(master)
    }

    func type(_ text: String) {
        let bytes = Array(text.utf8)
        _ = write(master, bytes, bytes.count)
    }

    /// Reads what is shown, without what moves the cursor, until a text has come.
    func wait(for text: String) throws {
        while !unread.contains(text) {
            var descriptor = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
            guard poll(&descriptor, 1, 60_000) > 0 else { throw Problem(description: "`\(text)` did not come: \(unread)") }
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = read(master, &buffer, buffer.count)
            guard count > 0 else { throw Problem(description: "the program ended before `\(text)`: \(unread)") }
            let text = String(decoding: buffer[..<count], as: UTF8.self).replacing("\r\n", with: "\n")
            unread += keepsColors ? text : text.replacing(/\u{1b}\[[0-9;]*[A-Za-z]/, with: "").replacing("\r", with: "")
        }
        if let range = unread.range(of: text) { unread = String(unread[range.upperBound...]) }
    }

    func exitCode() -> Int32 {
        process.waitUntilExit()
        return process.terminationStatus
    }
}
