import Foundation
import Support

/// The whole base on loopback, each part in a process of its own: four services, Verdict, and what stands in for issuer and collector.
public actor Base {
    public nonisolated let folder: BaseFolder
    private var processes: [BaseRole: BaseProcess] = [:]
    private var verdict: RunningService?

    /// Policies, configuration and README.
    public static let sources = Command.repository.appending(path: "examples/superhero-base")
    private static let policies = sources.appending(path: "policies")
    /// The policies that are tried, as Verdict's configuration names them.
    private static let canary = "canary"

    private init(_ folder: BaseFolder) { self.folder = folder }

    /// Starts all of it, and returns when it answers.
    ///
    /// - Parameters:
    ///   - folder: where its files are kept.
    ///   - gatewayPort: 0 for one that the system chooses.
    public static func started(in folder: URL, gatewayPort: Int = 0) async throws -> Base {
        let base = Base(try BaseFolder.made(at: folder))
        try base.restoreCanary()
        for role in [BaseRole.issuer, .collector] { try await base.start(role) }
        try await base.startVerdict()
        try await withThrowingTaskGroup { group in
            for role in [BaseRole.audit, .payments, .orders, .gateway] {
                group.addTask { try await base.start(role, port: role == .gateway ? gatewayPort : 0) }
            }
            try await group.waitForAll()
        }
        return base
    }

    public func stop() async {
        _ = await verdict?.stop()
        verdict = nil
        for process in processes.values { process.kill() }
        processes = [:]
    }

    // MARK: Processes

    func start(_ role: BaseRole, port: Int = 0) async throws { processes[role] = try await BaseProcess(role, in: folder, port: port) }

    /// Ends a process without a word; gives the port at which it answered.
    @discardableResult
    func kill(_ role: BaseRole) -> Int {
        guard let process = processes.removeValue(forKey: role) else { return 0 }
        process.kill()
        return process.port
    }

    func startVerdict() async throws {
        let configuration = Self.sources.appending(path: "verdict.yaml").path, collector = folder.address(of: BaseRole.collector.rawValue) ?? ""
        let service = try await RunningService.started(
            ["-c", configuration, "--set", "distributed_tracing.address=\(collector)", "--watch", Self.policies.path], in: folder.url)
        try folder.announce("verdict", at: service.address)
        verdict = service
    }

    func killVerdict() async {
        verdict?.kill()
        _ = await verdict?.waitForExit()
        verdict = nil
    }

    // MARK: Policies that are tried

    /// The policies to try are those that decide.
    nonisolated func restoreCanary() throws {
        let canary = folder.url.appending(path: Self.canary)
        try? FileManager.default.removeItem(at: canary)
        try FileManager.default.copyItem(at: Self.policies, to: canary)
    }

    /// Tries other policies in one place.
    nonisolated func writeCanary(_ file: String, _ text: String) throws {
        try Data(text.utf8).write(to: folder.url.appending(path: "\(Self.canary)/\(file)"), options: .atomic)
    }

    // MARK: Questions

    /// Asks a part of the base: a role's name, or `verdict`.
    nonisolated func ask(
        _ name: String, _ method: String, _ path: String, token: String? = nil, body: String? = nil, headers: [String: String] = [:]
    ) async throws -> Client.Answer {
        var headers = headers
        if let token { headers["Authorization"] = "Bearer \(token)" }
        if body != nil { headers["Content-Type"] = "application/json" }
        return try await Client(address: folder.address(of: name) ?? "").ask(method, path, body: body.map { Data($0.utf8) }, headers: headers)
    }

    /// Begins or ends an experiment with a fault in a service.
    nonisolated func begin(_ experiment: String, _ document: String, in role: BaseRole) async throws {
        let answer = try await ask(role.rawValue, "PUT", "/chaos/\(experiment)", body: document)
        guard answer.status == 204 else { throw BaseProcess.Failure(description: "\(role.rawValue) refused the experiment '\(experiment)': \(answer.body)") }
    }

    nonisolated func end(_ experiment: String, in role: BaseRole) async throws { _ = try await ask(role.rawValue, "DELETE", "/chaos/\(experiment)") }

    /// What a service counts under a name with its labels.
    nonisolated func count(_ metric: String, in role: BaseRole) async throws -> Int {
        let line = try await ask(role.rawValue, "GET", "/metrics").body.split(separator: "\n").first { $0.hasPrefix(metric + " ") }
        guard let number = line?.split(separator: " ").last, let count = Int(number) else {
            throw BaseProcess.Failure(description: "\(role.rawValue) counts no '\(metric)'")
        }
        return count
    }

    /// All that the collector was sent.
    nonisolated func spans() async throws -> [ReceivedSpan] {
        try JSONDecoder().decode([ReceivedSpan].self, from: Data(try await ask("collector", "GET", "/spans").body.utf8))
    }

    /// What the auditors have written down.
    nonisolated var ledger: [Entry] {
        let text = (try? String(contentsOfFile: folder.path(Audit.file), encoding: .utf8)) ?? ""
        return text.split(separator: "\n").compactMap { try? JSONDecoder().decode(Entry.self, from: Data($0.utf8)) }
    }
}
