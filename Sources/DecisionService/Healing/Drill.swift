import Logging
import ServiceLifecycle
import UnixSignals

/// Breaks a part of the service each time SIGUSR1 arrives, to see that it heals. On only where the command line asks for it.
struct Drill: Service {
    /// What can be broken, by name.
    let faults: [(name: String, cause: @Sendable () async -> Void)]
    /// One of the names, or `any` for one at random.
    let name: String
    let signals: UnixSignalsSequence
    let logger: Logger
    /// What breaks connections, or the process, and must be named.
    private static let deadly: Set<String> = ["event_loop", "listener"]

    func run() async throws {
        for await _ in signals.cancelOnGracefulShutdown() {
            let fault = name == "any" ? faults.filter { !Self.deadly.contains($0.name) }.randomElement() : faults.first { $0.name == name }
            guard let fault else {
                logger.error("There is nothing to break of this name.", metadata: ["name": "\(name)", "names": "\(faults.map(\.name).joined(separator: ", "))"])
                continue
            }
            logger.info("A drill breaks a part of the service.", metadata: ["name": "\(fault.name)"])
            await fault.cause()
        }
    }
}
