import DataConsistency
import Dispatch
import Logging
import Observability
import Rego
import ServiceLifecycle
import Synchronization

/// Keeps the event log in order in the background: snapshots, retention, reading of what was sealed, and what it says of its health.
public final class EventKeeper: Service {
    private let log: SQLiteEventLog
    private let recorder: EventRecorder
    private let snapshots: StateSnapshots
    private let snapshotEvents: Int
    private let healing: HealingLog
    private let health: HealthBoard
    private let logger: Logger
    private let lastSnapshot: Mutex<Int>
    private let queue = DispatchQueue(label: "event log", qos: .utility)
    private static let period = Duration.milliseconds(500)
    /// Rounds between two readings of a sealed segment.
    private static let scrubbing = 120

    public init(_ log: SQLiteEventLog, recorder: EventRecorder, snapshotEvents: Int, healing: HealingLog, health: HealthBoard, logger: Logger) {
        self.log = log
        self.recorder = recorder
        snapshots = StateSnapshots(in: log.folder)
        self.snapshotEvents = snapshotEvents
        self.healing = healing
        self.health = health
        self.logger = logger
        lastSnapshot = Mutex(snapshots.sequences.last ?? 0)
    }

    /// Says what was found when the log was opened.
    ///
    /// - Parameter problems: of rebuilding the state.
    public func report(_ damage: [DamageReport], _ problems: [StateProjection.Problem]) {
        for partition in EventPartition.allCases { health.report(Self.component(partition), .ok) }
        for report in damage { mended(report) }
        guard let first = problems.first else { return }
        let text = "\(first)" + (problems.count > 1 ? ", and \(problems.count - 1) more problems" : "")
        logger.error("The state that the event log says is not the one that was recorded.", metadata: ["reason": "\(text)"])
        health.report(Self.component(.state), .degraded, text)
        healing.record(.notice, of: Self.component(.state), cause: text)
    }

    private func mended(_ report: DamageReport) {
        logger.error("The event log was damaged, and was rebuilt.", metadata: ["reason": "\(report)"])
        healing.record(.rebuild, of: Self.component(report.partition), cause: "\(report)")
        health.report(Self.component(report.partition), report.lost.isEmpty ? .ok : .degraded, "\(report)")
    }

    static func component(_ partition: EventPartition) -> String { "event_log/\(partition.rawValue)" }

    public func run() async throws {
        try? await cancelWhenGracefulShutdown {
            var round = 0
            while true {
                try await Task.sleep(for: Self.period)
                round += 1
                await self.keep(isScrubbing: round % Self.scrubbing == 1)
            }
        }
    }

    /// Reading a segment takes its time, which is not that of the threads that answer requests.
    private func keep(isScrubbing: Bool) async {
        await withCheckedContinuation { continuation in
            queue.async {
                self.keepNow(isScrubbing: isScrubbing)
                continuation.resume()
            }
        }
    }

    private func keepNow(isScrubbing: Bool) {
        log.lookAtFiles()
        for report in log.takeReports() { mended(report) }
        do {
            try takeSnapshot()
            for (partition, range) in try log.applyRetention(snapshot: lastSnapshot.withLock { $0 }, at: WallClock.nanoseconds()) {
                logger.info("Events were removed, as their time is over.", metadata: ["partition": "\(partition.rawValue)", "sequences": "\(range)"])
            }
            if isScrubbing { for report in try log.scrub(at: WallClock.nanoseconds()) { mended(report) } }
        } catch {
            logger.error("The event log cannot be kept in order: \(error)")
        }
        let failure = recorder.failure
        health.report("event_log/changes", failure == nil ? .ok : .degraded, failure ?? "")
    }

    private func takeSnapshot() throws {
        let state = recorder.recorded
        guard state.sequence - lastSnapshot.withLock({ $0 }) >= snapshotEvents else { return }
        try snapshots.save(state)
        lastSnapshot.withLock { $0 = state.sequence }
    }
}
