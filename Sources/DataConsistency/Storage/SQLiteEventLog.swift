import Foundation
import Observability
import Rego
import Synchronization

/// The embedded event log: a folder for each partition, with files of SQLite in it.
///
/// One process writes to it at a time; others may read. It opens by itself whatever state its files are in: `damage` says what was found.
public final class SQLiteEventLog: EventLog {
    public struct Settings: Sendable {
        /// How long decisions may wait to be written, and so how many may be lost with the process: zero for those of one look at the queue.
        public var lossWindow: Duration = .seconds(1)
        public var retention: [EventPartition: Retention] = [.decision: Retention(maximumAge: .seconds(30 * 86400), maximumBytes: 4 << 30)]
        /// A segment that has grown to this is sealed, and another begun.
        public var segmentBytes = 64 << 20
        public var segmentEvents = Int.max

        public init() {}
    }

    public let folder: URL
    /// What was found damaged when the log was opened.
    public let damage: [DamageReport]
    private let writers: [EventPartition: PartitionWriter]
    private let lock: FolderLock?
    private let cursors: CursorFile
    private let listeners: Notified
    private let identifiers = Atomic<UInt64>(0)
    private let lostEvents = Counter()

    /// Opens a log, or makes one.
    ///
    /// - Throws: `EventLogError` with the code `closed` where another process writes to it, `storage` where the folder cannot be used.
    public convenience init(at folder: URL, _ settings: Settings = .init()) throws(EventLogError) {
        do {
            try self.init(opening: folder, settings, on: SystemDisk(), at: WallClock.nanoseconds())
        } catch let error as EventLogError {
            throw error
        } catch {
            throw EventLogError(.storage, "\(folder.path) cannot be used: \(Partition.text(error))")
        }
        for writer in writers.values { writer.start() }
    }

    /// Opens a log on any disk. It writes when `step` is called, and never by itself.
    ///
    /// - Parameter now: nanoseconds since 1970.
    package init(opening folder: URL, _ settings: Settings, on disk: any Disk, at now: Int64) throws {
        self.folder = folder
        try disk.makeFolder(folder)
        lock = try disk.lock(folder)
        cursors = CursorFile(folder.appendingPathComponent("cursors.json"), on: disk)
        let listeners = Notified()
        self.listeners = listeners
        var writers: [EventPartition: PartitionWriter] = [:]
        var damage: [DamageReport] = []
        for name in EventPartition.allCases {
            let opening = try PartitionOpening(name, in: folder.appendingPathComponent(name.rawValue), on: disk, at: now)
            damage += opening.reports
            let partition = try Partition(
                opening, settings: .init(segmentBytes: settings.segmentBytes, segmentEvents: settings.segmentEvents, retention: settings.retention[name] ?? .init()))
            let commit: GroupCommit.Settings = name == .state ? .state : .init(delay: settings.lossWindow, maximumEvents: Self.maximumBatch)
            writers[name] = PartitionWriter(partition, commit) { listeners.announce(name) }
        }
        self.writers = writers
        self.damage = damage
        lostEvents.increment(by: damage.reduce(0) { $0 + $1.lostCount })
    }

    /// Writes what is due in a partition of a log without threads, and says what is to be done then.
    package func step(_ partition: EventPartition, at now: Duration) -> GroupCommit.Step { writers[partition]?.step(at: now) ?? .idle }

    /// Decisions that are written before the loss window is over.
    private static let maximumBatch = 4096

    private func writer(_ partition: EventPartition) throws(EventLogError) -> PartitionWriter {
        guard let writer = writers[partition] else { throw EventLogError(.invalid, "there is no partition '\(partition.rawValue)'") }
        return writer
    }

    // MARK: EventLog

    public func submit(_ drafts: [EventDraft], expecting: Int?, completion: @escaping @Sendable (Result<[Event], EventLogError>) -> Void) {
        guard let partition = drafts.first?.stream.partition else { return completion(.success([])) }
        guard let writer = writers[partition], drafts.allSatisfy({ $0.stream.partition == partition }) else {
            return completion(.failure(EventLogError(.invalid, "events of more than one partition cannot be appended together")))
        }
        guard drafts.allSatisfy({ !$0.payload.isEmpty && !$0.payload.contains(UInt8(ascii: "\n")) }) else {
            return completion(.failure(EventLogError(.invalid, "a payload is JSON text without line feeds")))
        }
        writer.submit(.init(drafts: drafts, expecting: expecting), completion: completion)
    }

    public func read(_ stream: EventStream, from sequence: Int, limit: Int) throws(EventLogError) -> [Event] {
        try writer(stream.partition).partition.read(from: sequence, limit: limit, in: stream.partition.streams.count == 1 ? nil : [stream])
    }

    public func read(_ partition: EventPartition, from sequence: Int, limit: Int) throws(EventLogError) -> [Event] {
        try writer(partition).partition.read(from: sequence, limit: limit, in: nil)
    }

    public func lastSequence(of partition: EventPartition) -> Int { writers[partition]?.partition.last.sequence ?? 0 }

    /// The first sequence of a partition that retention has left.
    public func firstSequence(of partition: EventPartition) -> Int { writers[partition]?.partition.first ?? 1 }

    public func onAppend(_ call: @escaping @Sendable (EventPartition) -> Void) -> UInt64 {
        let identifier = identifiers.wrappingAdd(1, ordering: .relaxed).newValue
        listeners.all.withLock { $0[identifier] = call }
        return identifier
    }

    public func removeListener(_ identifier: UInt64) { listeners.all.withLock { $0[identifier] = nil } }

    public func position(of cursor: EventCursor) throws(EventLogError) -> Int { try cursors.position(of: cursor) }

    public func move(_ cursor: EventCursor, to sequence: Int) throws(EventLogError) { try cursors.move(cursor, to: sequence) }

    /// Writes what waits, and lets go of the files.
    public func close() {
        for writer in writers.values {
            writer.close()
            writer.partition.close()
        }
        lock?.release()
    }

    // MARK: Keeping in order

    /// Removes what need not be kept any longer.
    ///
    /// - Parameters:
    ///   - snapshot: the sequence of the last snapshot of the state: events up to there may go, where the configuration says so.
    ///   - now: nanoseconds since 1970.
    /// - Returns: what was removed, by partition.
    public func applyRetention(snapshot: Int?, at now: Int64) throws(EventLogError) -> [(EventPartition, ClosedRange<Int>)] {
        var removed: [(EventPartition, ClosedRange<Int>)] = []
        for (name, writer) in writers {
            do {
                let needed = name == .state ? (snapshot ?? 0) + 1 : nil
                if let range = try writer.partition.applyRetention(needed: needed, at: now) { removed.append((name, range)) }
            } catch {
                throw EventLogError(.storage, "segments of '\(name.rawValue)' cannot be removed: \(Partition.text(error))")
            }
        }
        return removed
    }

    /// What was mended while the log was written, since this was asked last.
    public func takeReports() -> [DamageReport] { writers.values.flatMap { $0.partition.takeReports() } }

    /// Looks whether the files that are written are still there; what is gone is made again.
    public func lookAtFiles() { for writer in writers.values { writer.submit(.init(drafts: []), completion: { _ in }) } }

    /// Reads one sealed segment of each partition, the next at each call, and rebuilds those that are damaged.
    public func scrub(at now: Int64) throws(EventLogError) -> [DamageReport] {
        var reports: [DamageReport] = []
        for writer in writers.values {
            do {
                if let report = try writer.partition.scrub(at: now) { reports.append(report) }
            } catch {
                throw EventLogError(.storage, "a segment of '\(writer.partition.name.rawValue)' cannot be read: \(Partition.text(error))")
            }
        }
        lostEvents.increment(by: reports.reduce(0) { $0 + $1.lostCount })
        return reports
    }

    /// Takes events of another log as they are, with their sequences and digests: those that follow what is here. Nothing else may be appended meanwhile.
    ///
    /// - Returns: how many were not here before.
    /// - Throws: `EventLogError` with the code `conflict` or `damaged` for the first event that cannot be taken; those before it are there.
    public func restore(_ events: [Event]) throws(EventLogError) -> Int {
        var taken = 0
        for name in EventPartition.allCases {
            do {
                taken += try writer(name).partition.restore(events.filter { $0.stream.partition == name })
            } catch let error as EventLogError {
                throw error
            } catch {
                throw EventLogError(.storage, Partition.text(error))
            }
        }
        return taken
    }

    /// Gives room back to the disk.
    public func compact() throws(EventLogError) {
        for writer in writers.values {
            do { try writer.partition.compact() } catch { throw EventLogError(.storage, Partition.text(error)) }
        }
    }
}

/// Who wants to know of appended events. Writers hold it before the log is complete.
private final class Notified: Sendable {
    let all = Mutex<[UInt64: @Sendable (EventPartition) -> Void]>([:])

    func announce(_ partition: EventPartition) { for call in all.withLock({ Array($0.values) }) { call(partition) } }
}

extension SQLiteEventLog: MetricSource {
    public var metricFamilies: [MetricFamily] {
        let partitions = writers.values.map(\.partition).sorted { $0.name.rawValue < $1.name.rawValue }
        func family(_ name: String, _ help: String, _ kind: MetricFamily.Kind, _ value: (Partition) -> Int) -> MetricFamily {
            MetricFamily(
                "verdict_event_log_\(name)", help, kind,
                samples: partitions.map { .init(labels: [.init("partition", $0.name.rawValue)], value: Double(value($0))) })
        }
        return [
            family("events_total", "Events that were appended.", .counter) { $0.appended.value },
            family("payload_bytes_total", "Bytes of their payloads.", .counter) { $0.writtenBytes.value },
            family("commits_total", "Times that events were forced to the disk.", .counter) { $0.commits.value },
            family("last_sequence", "The sequence of the last event.", .gauge) { $0.last.sequence },
            family("segments", "Files that events lie in.", .gauge) { $0.segmentCount },
            family("bytes", "Bytes of these files.", .gauge) { $0.bytes },
            MetricFamily("verdict_event_log_lost_events_total", "Events that damage took.", counter: lostEvents),
        ]
    }
}
