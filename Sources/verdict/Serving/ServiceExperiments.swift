import FaultInjection
import Governance
import Logging
import Observability
import ReliabilityBudget
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

    /// Ends experiments while too many requests fail, or the error budget burns.
    func watching(_ requests: RequestMetrics, _ levels: ServiceLevels) -> any Service {
        let failures = RequestFailures(requests, chaos, maximumShare: maximumFailureShare)
        return Guard(steadyStateGuard: SteadyStateGuard(chaos, SteadyStates([failures, ErrorBudget(levels)])), logger: logger)
    }

    private struct Guard: Service {
        let steadyStateGuard: SteadyStateGuard
        let logger: Logger

        func run() async throws {
            await cancelWhenGracefulShutdown {
                await steadyStateGuard.run { logger.error("Experiments were ended: the steady state was lost.", metadata: ["reason": "\($0)"]) }
            }
        }
    }
}

/// The steady state that every service has: nearly no request is answered with 5xx, or not at all.
final class RequestFailures: SteadyState {
    private let requests: RequestMetrics
    private let chaos: Chaos
    private let maximumShare: Double
    private let share = Mutex(FailureShare())

    init(_ requests: RequestMetrics, _ chaos: Chaos, maximumShare: Double) {
        self.requests = requests
        self.chaos = chaos
        self.maximumShare = maximumShare
    }

    func deviation(at now: ContinuousClock.Instant) -> String? {
        let counts = requests.metricFamilies.flatMap(\.samples).filter { $0.suffix == "_count" }
        let harmed = chaos.harmCount
        let all = counts.reduce(harmed) { $0 + Int($1.value) }
        let failed = counts.filter { $0.labels.contains { $0.name == "code" && $0.value.hasPrefix("5") } }.reduce(harmed) { $0 + Int($1.value) }
        guard let found = share.withLock({ $0.record(all: all, failed: failed, at: now) }), found > maximumShare else { return nil }
        return "\((found * 1000).rounded() / 10) % of requests failed"
    }
}

/// The steady state of a service with objectives: no alert that pages is on, and no budget is spent.
private struct ErrorBudget: SteadyState {
    let levels: ServiceLevels

    init(_ levels: ServiceLevels) { self.levels = levels }

    func deviation(at now: ContinuousClock.Instant) -> String? {
        // The service looks at its windows less often than experiments have to end.
        let reports = levels.observe(at: ProcessTime.now)
        guard !levels.policy.permitsExperiments(in: levels.state) else { return nil }
        let alerts = reports.flatMap { report in report.alerts.filter { $0.isOn && $0.alert.severity == .page }.map { "\(report.objective.name) \($0.alert.name)" } }
        let spent = reports.filter(\.isBudgetSpent).map(\.objective.name)
        return alerts.isEmpty ? "the error budget of \(spent.joined(separator: ", ")) is spent" : "the error budget burns too fast: \(alerts.joined(separator: ", "))"
    }
}
