import FaultInjection
import Governance
import Logging
import Observability
import ServiceLifecycle
import Synchronization

/// The faults that the configuration allows, and the guard that ends experiments when requests fail.
struct ServiceExperiments {
    let chaos: Chaos
    private let maximumFailureShare: Double
    private let logger: Logger

    /// Nil where the configuration enables none.
    init?(_ settings: Governance.Configuration, logger: Logger) {
        guard let allowed = settings.chaos else { return nil }
        chaos = Chaos(seed: allowed.seed)
        maximumFailureShare = allowed.maximumFailureShare
        self.logger = logger
        Chaos.install(chaos)
        logger.warning("Faults may be injected in this process: chaos.enabled is true.", metadata: ["seed": "\(allowed.seed)"])
        for experiment in allowed.experiments {
            do throws(Chaos.Refusal) { try chaos.begin(experiment) } catch {
                logger.error("The experiment cannot be made: \(error)", metadata: ["experiment": "\(experiment.name)"])
            }
        }
    }

    /// Ends experiments while too many requests fail.
    func watching(_ requests: RequestMetrics) -> any Service {
        Guard(steadyStateGuard: SteadyStateGuard(chaos, RequestFailures(requests, maximumShare: maximumFailureShare)), logger: logger)
    }

    private struct Guard: Service {
        let steadyStateGuard: SteadyStateGuard
        let logger: Logger

        func run() async throws {
            try? await cancelWhenGracefulShutdown {
                await steadyStateGuard.run { logger.error("Experiments were ended: the steady state was lost.", metadata: ["reason": "\($0)"]) }
            }
        }
    }
}

/// The steady state of a service without objectives of its own: nearly no request is answered with 5xx.
final class RequestFailures: SteadyState {
    private let requests: RequestMetrics
    private let maximumShare: Double
    private let share = Mutex(FailureShare())

    init(_ requests: RequestMetrics, maximumShare: Double) {
        self.requests = requests
        self.maximumShare = maximumShare
    }

    func deviation(at now: ContinuousClock.Instant) -> String? {
        let counts = requests.metricFamilies.flatMap(\.samples).filter { $0.suffix == "_count" }
        let all = counts.reduce(0) { $0 + Int($1.value) }
        let failed = counts.filter { $0.labels.contains { $0.name == "code" && $0.value.hasPrefix("5") } }.reduce(0) { $0 + Int($1.value) }
        guard let found = share.withLock({ $0.record(all: all, failed: failed, at: now) }), found > maximumShare else { return nil }
        return "\((found * 1000).rounded() / 10) % of requests failed"
    }
}
