import DataConsistency
import Foundation
import Logging
import Observability
import Rego
import Synchronization

/// Puts logged decisions into the event log, masked and dropped as the decision log has them, and personal fields encrypted.
///
/// Nothing here is on the way of a decision: the decision log's writer calls it.
public final class DecisionRecording: MetricSource {
    private let log: any EventLog
    private let personal: PersonalData?
    /// Whether each piece is on the disk before the next is taken.
    private let waits: Bool
    private let health: HealthBoard
    private let healing: HealingLog
    private let logger: Logger
    private let dropped = Counter()
    /// Since when decisions cannot be kept, how many, and why.
    private let failure = Mutex<(since: Duration, lost: Int, reason: String)?>(nil)
    private static let component = "event_log/decisions"

    public init(_ log: any EventLog, personal: PersonalData?, waits: Bool, health: HealthBoard, healing: HealingLog, logger: Logger) {
        self.log = log
        self.personal = personal
        self.waits = waits
        self.health = health
        self.healing = healing
        self.logger = logger
    }

    /// Takes events of the decision log.
    public func record(_ events: [[UInt8]]) async {
        let now = WallClock.nanoseconds()
        var drafts: [EventDraft] = []
        var refused: EventLogError?
        for event in events {
            let draft = EventDraft("decision.made", in: .decision, at: now, correlation: Self.identifier(event), payload: event)
            do throws(EventLogError) { drafts.append(try personal?.sealing(draft) ?? draft) } catch { refused = error }
        }
        if let refused { fail(refused, events.count - drafts.count) }
        guard !drafts.isEmpty else { return }
        let count = drafts.count
        guard waits else { return log.submit(drafts, expecting: nil) { [self] in took($0, count) } }
        do throws(EventLogError) { took(.success(try await log.append(drafts)), count) } catch { took(.failure(error), count) }
    }

    private func took(_ result: Result<[Event], EventLogError>, _ count: Int) {
        switch result {
        case .success: recover()
        case .failure(let error): fail(error, count)
        }
    }

    private func fail(_ error: EventLogError, _ count: Int) {
        dropped.increment(by: count)
        let isNew = failure.withLock { failure in
            defer { failure = (failure?.since ?? ProcessTime.now, (failure?.lost ?? 0) + count, error.message) }
            return failure == nil
        }
        guard isNew else { return }
        logger.error("Decisions cannot be kept in the event log; they are left out until they can.", metadata: ["reason": "\(error)"])
        health.report(Self.component, .degraded, "decisions are not kept: \(error.message)")
    }

    private func recover() {
        guard let failed = failure.withLock({ $0.take() }) else { return }
        logger.info("Decisions are kept in the event log again.", metadata: ["lost": "\(failed.lost)"])
        healing.record(.reopen, of: Self.component, cause: "\(failed.reason); \(failed.lost) decisions were lost", duration: ProcessTime.now - failed.since)
        health.report(Self.component, .ok)
    }

    /// The member `decision_id`.
    private static func identifier(_ event: [UInt8]) -> String? {
        event.withUnsafeBytes { text in
            var scanner = JSONMemberScanner(text)
            while let member = scanner.next() {
                guard member.key.count == 11, text[member.key].elementsEqual("decision_id".utf8), member.value.count > 2 else { continue }
                return String(decoding: text[member.value].dropFirst().dropLast(), as: UTF8.self)
            }
            return nil
        }
    }

    public var metricFamilies: [MetricFamily] {
        [MetricFamily("verdict_event_log_dropped_decisions_total", "Decisions that the event log could not keep.", counter: dropped)]
    }
}
