import DataConsistency
import DecisionService
import Foundation
import Governance
import Logging
import Observability
import Rego
import ServiceLifecycle

/// The event log that the configuration asks for, with what writes to it.
struct ServiceEvents {
    let recorder: EventRecorder
    private let log: SQLiteEventLog
    private let settings: EventLogSettings
    private let keys: SubjectKeys?
    private let damage: [DamageReport]
    private let problems: [StateProjection.Problem]
    private let logger: Logger

    /// Opens the log and rebuilds the state that its events say.
    ///
    /// - Throws: `EventLogError` where the log cannot be used.
    init(_ settings: EventLogSettings, persistenceDirectory: String?, logger: Logger) throws {
        self.settings = settings
        self.logger = logger
        let folder = settings.folder(persistenceDirectory: persistenceDirectory)
        log = try SQLiteEventLog(at: folder, settings.log)
        keys = settings.personal.isEmpty ? nil : try SubjectKeys(EventLogFolder.keys(in: folder))
        let (start, damaged) = try StateSnapshots(in: folder).last(before: .now)
        let rebuilt = try StateProjection().rebuild(from: start, to: .now) { [log] from, limit throws(EventLogError) in
            try log.read(.state, from: from, limit: limit)
        }
        let whole = (rebuilt ?? (start, [])).state
        damage = log.damage + damaged.map { DamageReport(partition: .state, file: $0, reason: "the snapshot is damaged; one before it was used", recovered: 0, lost: []) }
        var problems = rebuilt?.problems ?? []
        if problems.isEmpty, whole.computedDigest() != whole.digest { problems.append(.differs(sequence: whole.sequence)) }
        self.problems = problems
        recorder = EventRecorder(log, from: whole, clock: WallClock.nanoseconds, logger: logger)
    }

    /// A store of what was loaded, with what clients had changed before.
    ///
    /// - Throws: what `PolicyStore.init` throws for what was loaded.
    func store(_ loaded: PolicyStore.Contents, options: CompilerOptions, version: RegoVersion) throws -> PolicyStore {
        let store: PolicyStore
        do {
            store = try PolicyStore(recorder.restoring(loaded), options: options, version: version, recorder: recorder)
        } catch {
            store = try PolicyStore(loaded, options: options, version: version, recorder: recorder)
            logger.error("What clients had changed does not fit what was loaded, and is left out; it stays in the event log.", metadata: ["reason": "\(error)"])
        }
        try recorder.began(with: store.contents, loaded: loaded)
        return store
    }

    /// What takes decisions.
    func decisions(health: HealthBoard, healing: HealingLog) -> DecisionRecording {
        DecisionRecording(
            log, personal: keys.map { PersonalData(settings.personal, keys: $0) }, waits: settings.log.lossWindow == .zero, health: health, healing: healing,
            logger: logger)
    }

    /// What the routes use.
    var served: ServiceConfiguration.Events { .init(log: log, keys: keys) }

    /// Shows how the log does, and keeps what the service mends.
    func attach(to telemetry: Telemetry) -> Component {
        telemetry.registry.add(log)
        telemetry.healing.onRecord { [log] event in
            let payload: Value = ["component": .string(event.component), "cause": .string(event.cause), "action": .string(event.action.rawValue)]
            log.submit([EventDraft("healing.\(event.action.rawValue)", in: .healing, at: event.time, payload: payload.json(escapesHTML: false))], expecting: nil) { _ in }
        }
        let keeper = EventKeeper(
            log, recorder: recorder, snapshotEvents: settings.snapshotEvents, healing: telemetry.healing, health: telemetry.health, logger: logger)
        keeper.report(damage, problems)
        return Component("event_log", of: .telemetry, keeper)
    }

    /// Writes what waits; after that the process may end.
    func close() { log.close() }
}
