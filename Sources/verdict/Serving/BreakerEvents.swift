import Discovery
import Logging
import Observability
import Resilience

/// Makes every transition of a circuit breaker a line of the log, and those that begin or end an isolation events of healing.
struct BreakerEvents {
    private static let component = "circuit_breaker"

    private let healing: HealingLog
    private let logger: Logger

    init(_ healing: HealingLog, logger: Logger) {
        self.healing = healing
        self.logger = logger
    }

    /// From here on.
    func begin() { BreakerObservation.observeAll { record($0) } }

    private func record(_ transition: BreakerTransition) {
        var fields: Logger.Metadata = [
            "breaker": "\(transition.breaker)", "from": "\(transition.from.rawValue)", "to": "\(transition.to.rawValue)", "reason": "\(transition.reason)",
        ]
        if let root = transition.root { fields["root"] = "\(root)" }
        logger.log(level: transition.to == .open ? .warning : .info, "A circuit breaker changed its state.", metadata: fields)
        let cause = "\(transition.breaker): \(transition.reason)"
        switch transition.to {
        case .open: healing.record(.isolate, of: Self.component, cause: cause)
        case .closed: healing.record(.readmit, of: Self.component, cause: cause)
        case .halfOpen: break
        }
    }
}
