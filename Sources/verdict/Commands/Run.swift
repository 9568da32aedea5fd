import ArgumentParser
import DecisionService
import Foundation
import Logging
import Rego

/// `verdict run --server`: serves decisions over HTTP.
struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Serve decisions over HTTP.")

    @Flag(name: .shortAndLong, help: "Serve; the only mode there is.")
    var server = false
    @OptionGroup var listener: ListenerOptions
    @Flag(name: .shortAndLong, help: "Reload policies and data when their files change.")
    var watch = false
    @Option(name: [.short, .customLong("bundle")], help: "A bundle folder; may be repeated.")
    var bundle: [String] = []
    @Flag(name: .customLong("v0-compatible"), help: "Read modules as Rego v0.")
    var v0Compatible = false
    @OptionGroup var access: AccessOptions
    @Option(name: .customLong("step-budget"), help: "Loop iterations and calls that one decision may take.")
    var stepBudget: UInt64 = 500_000_000
    @Option(name: [.customShort("l"), .customLong("log-level")], help: "debug, info or error.")
    var logLevel = Logger.Level.info
    @Option(name: .customLong("log-format"), help: "json or text.")
    var logFormat = LogFormat.json
    @Argument(help: "Policy and data files or folders.")
    var paths: [String] = []

    func validate() throws {
        guard server else { throw ValidationError("only `run --server` is there; for single queries use `verdict eval`") }
        _ = try listener.configuration()
    }

    func run() async throws {
        let format = logFormat
        LoggingSystem.bootstrap { _ in ServiceLog(format: format) }
        var logger = Logger(label: "verdict")
        logger.logLevel = logLevel
        let paths = paths + bundle
        let version: RegoVersion = v0Compatible ? .v0 : .v1
        let load: @Sendable () throws -> PolicyStore.Contents = {
            let files = try PolicyFiles(paths: paths, version: version)
            return PolicyStore.Contents(policies: files.policies, data: try files.data())
        }
        let store: PolicyStore
        do {
            store = try PolicyStore(load(), version: version)
        } catch let error as DiagnosticList {
            Reporting.error("error: load error: " + Reporting.text(error.diagnostics))
            throw ExitCode(1)
        } catch let error as PolicyFiles.Failure {
            Reporting.error("error: load error: \(error)")
            throw ExitCode(1)
        }
        var configuration = try listener.configuration()
        configuration.runtime = Self.runtime
        configuration.stepBudget = stepBudget
        configuration.authentication = access.authentication == .token ? .token : .off
        configuration.authorizesRequests = access.authorization == .basic
        if access.authentication != .off, access.authorization == .off {
            logger.error("Clients are asked who they are, but nothing depends on it: add --authorization=basic.")
        }
        configuration.version = Version.number
        logger.info("Initializing server.", metadata: ["addr": "\(listener.addresses.joined(separator: ", "))", "policies": "\(store.contents.policies.count)"])
        let watcher = watch ? [PolicyWatcher(paths: paths, store: store, logger: logger, load: load)] : []
        do {
            try await DecisionService(store: store, configuration: configuration, logger: logger).run(with: watcher)
        } catch {
            Reporting.error("error: \(error)")
            throw ExitCode(1)
        }
        logger.info("Server shutdown.")
    }

    /// What `opa.runtime()` gives: the environment and the version.
    private static var runtime: Value {
        let environment = ProcessInfo.processInfo.environment.map { (Value.string($0.key), Value.string($0.value)) }
        return .makeObject([("env", .makeObject(environment)), ("version", .string(Version.number))])
    }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
