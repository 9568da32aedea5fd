import Governance
import Logging
import Observability
import ServiceLifecycle

/// Compares again and again what is active with what is configured, and makes it so: whatever was missed in between is caught up with.
public struct Reconciler: Service {
    private let bundles: BundleService
    private let period: Duration
    private let healing: HealingLog
    private let logger: Logger

    public init(_ bundles: BundleService, every period: Duration, healing: HealingLog, logger: Logger) {
        self.bundles = bundles
        self.period = period
        self.healing = healing
        self.logger = logger
    }

    public func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                try await Task.sleep(for: period)
                let start = ProcessTime.now
                for cause in await bundles.reconcile() {
                    healing.record(.reconcile, of: "bundles", cause: cause, duration: ProcessTime.now - start)
                    logger.error("What is active was not what is configured.", metadata: ["reason": "\(cause)"])
                }
            }
        }
    }
}
