import Logging
import Observability
import Rego

/// Makes events of records: JSON text, masked as the policies of the record's snapshot want it. The log's writer task uses it alone.
final class EventWriter {
    private let settings: DecisionLogSettings
    private let labels: [UInt8]
    private let counters: DecisionLogCounters
    private let logger: Logger
    private let rewriter = JSONRewriter()
    private var policies: (snapshot: PolicySnapshot, prepared: Result<LogPolicies, DecisionLogError>)?

    init(_ settings: DecisionLogSettings, labels: [UInt8], counters: DecisionLogCounters, logger: Logger) {
        self.settings = settings
        self.labels = labels
        self.counters = counters
        self.logger = logger
    }

    /// The events of those records that are to be logged.
    func events(of records: ArraySlice<DecisionRecord>) -> [[UInt8]] {
        records.compactMap { record in
            do {
                return try event(of: record)
            } catch {
                counters.failed.increment()
                logger.error("A decision was not logged.", metadata: ["decision_id": "\(record.identifier)", "reason": "\(error)"])
                return nil
            }
        }
    }

    private func event(of record: DecisionRecord) throws -> [UInt8]? {
        var event = try DecisionEvent(record, rewriter: rewriter)
        guard try policies(of: record.snapshot).apply(to: &event) else {
            counters.droppedByPolicy.increment()
            return nil
        }
        var text: [UInt8] = []
        event.write(to: &text, labels: labels)
        return text
    }

    static func keys(_ path: String) -> [String] { path.split(separator: "/").map(String.init) }

    /// Prepared anew where the snapshot has changed.
    private func policies(of snapshot: PolicySnapshot) throws(DecisionLogError) -> LogPolicies {
        if let policies, policies.snapshot === snapshot { return try policies.prepared.get() }
        let prepared = Result { () throws(DecisionLogError) in
            try LogPolicies(snapshot, mask: Self.keys(settings.maskDecision), drop: Self.keys(settings.dropDecision), labels: labels)
        }
        policies = (snapshot, prepared)
        return try prepared.get()
    }
}
