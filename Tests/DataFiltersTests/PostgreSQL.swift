import Foundation
import Support

/// A PostgreSQL server of its own, on a socket in a temporary folder; it ends with `stop`.
struct PostgreSQL {
    private static let binaries = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql"))?.sorted().last.map { "/usr/lib/postgresql/\($0)/bin" }

    static var isInstalled: Bool { binaries.map { FileManager.default.isExecutableFile(atPath: "\($0)/postgres") } ?? false }

    private let folder: URL
    private let server = Process()

    init() throws {
        // Sockets have short paths.
        folder = URL(fileURLWithPath: "/tmp/verdict-postgresql-\(ProcessInfo.processInfo.processIdentifier)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        // The server refuses to run as root.
        let account = getuid() == 0 ? "setpriv --reuid=postgres --regid=postgres --clear-groups " : ""
        let bin = Self.binaries ?? ""
        if getuid() == 0 { _ = try shell("chown postgres \(folder.path)") }
        _ = try shell("cd \(folder.path) && \(account)\(bin)/initdb -D data -A trust -E UTF8 --no-sync -U verdict")
        server.executableURL = URL(fileURLWithPath: "/bin/sh")
        server.arguments = [
            "-c", "cd \(folder.path) && exec \(account)\(bin)/postgres -D data -c listen_addresses='' -c unix_socket_directories=\(folder.path) -c fsync=off > server.log 2>&1",
        ]
        try Spawning.run(server)
        _ = try shell("for i in $(seq 300); do pg_isready -q -h \(folder.path) && exit 0; sleep 0.1; done; cat \(folder.path)/server.log; exit 1")
    }

    struct Failure: Error {
        var output: String
    }

    private func shell(_ line: String) throws -> String {
        let outcome = try Command.shell(line)
        guard outcome.code == 0 else { throw Failure(output: outcome.output + outcome.error) }
        return outcome.output
    }

    /// Runs a script; an error in it ends it.
    func run(_ script: String) throws -> String {
        let file = folder.appendingPathComponent("script.sql")
        try script.write(to: file, atomically: true, encoding: .utf8)
        return try shell("psql -h \(folder.path) -U verdict -d postgres -qAt -v ON_ERROR_STOP=1 -f \(file.path)")
    }

    func stop() {
        server.terminate()
        server.waitUntilExit()
        try? FileManager.default.removeItem(at: folder)
    }
}
