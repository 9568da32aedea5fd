import Foundation
#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// `verdict run --server` in a process of its own, on a port that the system chose.
package final class RunningService: Sendable {
    package struct StartFailure: Error {
        package var log: String
    }

    private let process: Process
    private let log: URL
    package let address: String

    private init(_ process: Process, _ log: URL, _ address: String) {
        (self.process, self.log, self.address) = (process, log, address)
    }

    /// Starts one, and returns when it listens.
    ///
    /// No thread is held up here or at its end: there are as few as processors, and what the service asks of a test needs one.
    ///
    /// - Parameter turnsAwayLate: whether it may turn requests away because it is late. Machines on which tests run are busy, and a test about something
    ///   else is not to meet that.
    package static func started(_ arguments: [String], in folder: URL, turnsAwayLate: Bool = false) async throws -> RunningService {
        let log = FileManager.default.temporaryDirectory.appendingPathComponent("verdict-\(UUID().uuidString).log")
        FileManager.default.createFile(atPath: log.path, contents: nil)
        let process = Process()
        process.executableURL = Command.folder.appendingPathComponent("verdict")
        let patience = ["--set", "admission.queue.target_seconds=600", "--set", "healing.event_loops.shed_seconds=600"]
        process.arguments = ["run", "--server", "--addr", "127.0.0.1:0"] + (turnsAwayLate ? [] : patience) + arguments
        process.currentDirectoryURL = folder
        process.standardError = try FileHandle(forWritingTo: log)
        try Spawning.run(process)
        let deadline = ContinuousClock.now + .seconds(60)
        while true {
            if let address = addresses(in: log).first { return RunningService(process, log, address) }
            guard process.isRunning, ContinuousClock.now < deadline else {
                process.terminate()
                throw StartFailure(log: text(of: log))
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    deinit {
        if process.isRunning { process.terminate() }
        try? FileManager.default.removeItem(at: log)
    }

    package var logText: String { Self.text(of: log) }

    private static func text(of log: URL) -> String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }

    private struct LogLine: Decodable {
        var msg: String
        var addr: String?
    }

    /// Where the service listens, in the order in which it began to.
    package var addresses: [String] { Self.addresses(in: log) }

    private static func addresses(in log: URL) -> [String] {
        text(of: log).split(separator: "\n").compactMap { line in
            guard let entry = try? JSONDecoder().decode(LogLine.self, from: Data(line.utf8)), entry.msg == "Server started." else { return nil }
            return entry.addr
        }
    }

    /// Waits until the log has a text; false after a minute.
    package func waitForLog(_ text: String, count: Int = 1) async throws -> Bool {
        for _ in 0..<3000 {
            if logText.components(separatedBy: text).count > count { return true }
            try await Task.sleep(for: .milliseconds(20))
        }
        return false
    }

    package var client: Client { Client(address: address) }

    /// Asks the service to end, as an orchestrator does; gives the exit code.
    package func stop() async -> Int32 {
        process.terminate()
        return await waitForExit()
    }

    /// Asks the service to read its configuration again.
    package func hangUp() { Foundation.kill(process.processIdentifier, SIGHUP) }

    /// Lets the fault happen that `--drill` names.
    package func drill() { Foundation.kill(process.processIdentifier, SIGUSR1) }

    package func terminate() { process.terminate() }

    /// Ends the service as a power failure would.
    package func kill() { Foundation.kill(process.processIdentifier, SIGKILL) }

    package func waitForExit() async -> Int32 {
        while process.isRunning { try? await Task.sleep(for: .milliseconds(10)) }
        return process.terminationStatus
    }
}

/// Asks a service over HTTP.
package struct Client: Sendable {
    package struct Answer: Sendable {
        package var status: Int
        package var body: String
        package var headers: [String: String]
    }

    /// Redirections are answers to look at, not to follow.
    private final class NoRedirection: NSObject, URLSessionTaskDelegate {
        func urlSession(
            _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse, newRequest: URLRequest,
            completionHandler: @escaping @Sendable (URLRequest?) -> Void
        ) {
            completionHandler(nil)
        }
    }

    private static let shared = URLSession(configuration: .default, delegate: NoRedirection(), delegateQueue: nil)

    let address: String
    private var session: URLSession

    /// - Parameter address: host and port.
    package init(address: String) {
        self.address = address
        session = Self.shared
    }

    /// The same with connections of its own: those that clients share are few, and requests wait for each other there.
    package var apart: Client {
        var client = self
        client.session = URLSession(configuration: .ephemeral, delegate: NoRedirection(), delegateQueue: nil)
        return client
    }

    package func ask(_ method: String, _ path: String, body: Data? = nil, headers: [String: String] = [:]) async throws -> Answer {
        guard let url = URL(string: "http://\(address)\(path)") else { throw URLError(.badURL) }
        var request = URLRequest(url: url)
        request.httpMethod = method
        request.httpBody = body
        request.timeoutInterval = 30
        for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
        let (data, response) = try await session.data(for: request)
        var fields: [String: String] = [:]
        for (name, value) in (response as? HTTPURLResponse)?.allHeaderFields ?? [:] { fields["\(name)".lowercased()] = "\(value)" }
        return Answer(status: (response as? HTTPURLResponse)?.statusCode ?? 0, body: String(decoding: data, as: UTF8.self), headers: fields)
    }
}
