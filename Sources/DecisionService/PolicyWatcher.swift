import Foundation
import Logging
import Rego
import ServiceLifecycle
import Synchronization

/// Reloads policies and data from disk when a file there changes.
///
/// Looks at their `FileStamps` a few times a second.
public final class PolicyWatcher: Service {
    private let paths: [String]
    /// Where changes go.
    private let apply: @Sendable (PolicyStore.Contents) throws -> Void
    private let logger: Logger
    private let load: @Sendable () throws -> PolicyStore.Contents
    private let freeze: ReloadFreeze?
    private let period: Duration = .milliseconds(250)
    /// Of what is active; kept here so that whoever runs the watcher again misses nothing.
    private let known: Mutex<FileStamps>

    /// - Parameters:
    ///   - stamps: of the files, from before what is active was read, so that no change in between is missed.
    ///   - quarantine: where changes go.
    ///   - freeze: says when they have to wait.
    public convenience init(
        paths: [String], since stamps: FileStamps, quarantine: PolicyQuarantine, freeze: ReloadFreeze? = nil, logger: Logger,
        load: @escaping @Sendable () throws -> PolicyStore.Contents
    ) {
        self.init(paths, stamps, freeze, logger, load) { try quarantine.reload($0) }
    }

    /// - Parameters:
    ///   - stamps: of the files, from before what is active was read.
    ///   - store: where changes go at once.
    public convenience init(paths: [String], since stamps: FileStamps, store: PolicyStore, logger: Logger, load: @escaping @Sendable () throws -> PolicyStore.Contents) {
        self.init(paths, stamps, nil, logger, load) { try store.reload($0) }
    }

    private init(
        _ paths: [String], _ stamps: FileStamps, _ freeze: ReloadFreeze?, _ logger: Logger, _ load: @escaping @Sendable () throws -> PolicyStore.Contents,
        apply: @escaping @Sendable (PolicyStore.Contents) throws -> Void
    ) {
        self.paths = paths
        known = Mutex(stamps)
        self.apply = apply
        self.logger = logger
        self.load = load
        self.freeze = freeze
    }

    public func run() async throws {
        try? await cancelWhenGracefulShutdown {
            var isWaiting = false
            while true {
                try await Task.sleep(for: self.period)
                let current = FileStamps(of: self.paths)
                guard current != self.known.withLock({ $0 }) else { continue }
                let reason = self.freeze?.reason()
                if let reason, !isWaiting { self.logger.error("Changed policies wait: \(reason)") }
                isWaiting = reason != nil
                if isWaiting { continue }
                self.known.withLock { $0 = current }
                self.reload()
            }
        }
    }

    private func reload() {
        do {
            let contents = try load()
            try apply(contents)
            logger.info("Policies reloaded.", metadata: ["policies": "\(contents.policies.count)"])
        } catch let list as DiagnosticList {
            for diagnostic in list.diagnostics { logger.error("\(diagnostic)") }
            logger.error("The changed policies were refused; decisions go on with the policies before the change.")
        } catch {
            logger.error("\(error)")
            logger.error("The changed files could not be read; decisions go on with the policies before the change.")
        }
    }
}
