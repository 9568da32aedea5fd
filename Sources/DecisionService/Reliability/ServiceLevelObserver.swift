import Foundation
import Governance
import Logging
import Observability
import ReliabilityBudget
import ServiceLifecycle

/// Looks now and then how the objectives do: counts what no request counts, and says when the state of the budget changes.
public struct ServiceLevelObserver: Service {
    private let levels: ServiceLevels
    private let bundles: BundleStatuses
    private let log: DecisionLogCounters?
    private let logger: Logger
    private static let longestPeriod = Duration.seconds(10)
    private static let shortestPeriod = Duration.milliseconds(20)

    public init(_ levels: ServiceLevels, bundles: BundleStatuses, log: DecisionLogCounters?, logger: Logger) {
        self.levels = levels
        self.bundles = bundles
        self.log = log
        self.logger = logger
    }

    private var period: Duration { min(max(levels.resolution, Self.shortestPeriod), Self.longestPeriod) }

    public func run() async throws {
        try? await cancelWhenGracefulShutdown {
            var seen = (kept: log?.written.value ?? 0, lost: log?.lost ?? 0)
            var state = BudgetPolicy.State.normal
            while true {
                try await Task.sleep(for: period)
                countBundles()
                if let log {
                    let now = (kept: log.written.value, lost: log.lost)
                    levels.countLogged(kept: now.kept - seen.kept, lost: now.lost - seen.lost)
                    seen = now
                }
                let reports = levels.observe(at: ProcessTime.now)
                guard levels.state != state else { continue }
                state = levels.state
                announce(state, reports)
            }
        }
    }

    private func countBundles() {
        for status in bundles.all {
            let confirmed = status.isActive ? [status.lastSuccessfulRequest, status.lastSuccessfulActivation].compactMap { $0 }.max() : nil
            levels.countBundle(age: confirmed.map { .seconds(max(0, -$0.timeIntervalSinceNow)) })
        }
    }

    private func announce(_ state: BudgetPolicy.State, _ reports: [ObjectiveMonitor.Report]) {
        let alerts = reports.flatMap { report in report.alerts.filter(\.isOn).map { "\(report.objective.name) \($0.alert.name)" } }.joined(separator: ", ")
        switch state {
        case .normal: logger.info("The error budget no longer burns too fast.")
        case .burning: logger.error("The error budget burns too fast.", metadata: ["alerts": "\(alerts)"])
        case .spent: logger.error("The error budget is spent.", metadata: ["alerts": "\(alerts)"])
        }
    }
}
