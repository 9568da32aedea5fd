import Governance
import Logging
import ServiceLifecycle
import UnixSignals

/// Reads the configuration again when SIGHUP arrives.
///
/// What is wrong is logged, and the service goes on as it was.
struct ConfigurationReloader: Service {
    let logger: Logger
    /// Reads what is to be applied; throws what is wrong with it.
    let read: @Sendable () throws -> Configuration
    let apply: @Sendable (Configuration) async throws -> Void

    func run() async throws {
        for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() {
            do {
                let configuration = try read()
                try await apply(configuration)
                for warning in configuration.warnings { logger.warning("\(warning)") }
                logger.info("Configuration reloaded.")
            } catch {
                logger.error("\(error)")
                logger.error("The changed configuration was refused; the service goes on with the one before.")
            }
        }
    }
}
