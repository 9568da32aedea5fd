import DataConsistency
import Dispatch
import Governance
import Logging
import Observability
import Rego
import Synchronization

/// Puts every change of policies, data and configuration into the event log, and brings them back at a start.
///
/// A client's change is refused where it cannot be kept: what was answered with success is there after a crash. What files and bundles bring takes
/// effect all the same, as the files and bundles are still there, and is recorded with the next change.
public final class EventRecorder: Sendable {
    private struct State {
        /// As it was recorded last.
        var recorded: ProjectedState
        /// What took effect all the same when it could not be recorded; nil where `recorded` has all.
        var missed: (current: ProjectedState.Layer, loaded: ProjectedState.Layer)?
        /// Why the last change was not recorded; nil where it was.
        var failure: String?
        /// The event that made the state what it is; nil where there is none.
        var last: Reference?
        /// Whether the service started with what clients had changed before.
        var isRestored = false
    }

    /// Where an event is.
    struct Reference: Sendable, Hashable {
        var id: EventIdentifier
        var sequence: Int

        init(_ event: Event) {
            id = event.id
            sequence = event.sequence
        }
    }

    public let log: any EventLog
    private let state: Mutex<State>
    private let logger: Logger
    private let clock: @Sendable () -> Int64
    private let numbers: UniqueNumbers

    /// - Parameters:
    ///   - rebuilt: the state that the log's events say.
    ///   - clock: nanoseconds since 1970.
    ///   - numbers: what events are named from.
    public init(_ log: any EventLog, from rebuilt: ProjectedState, clock: @escaping @Sendable () -> Int64, numbers: UniqueNumbers = .shared, logger: Logger) {
        self.numbers = numbers
        self.log = log
        self.logger = logger
        self.clock = clock
        let last = try? log.read(EventPartition.state, from: rebuilt.sequence, limit: 1).first { $0.sequence == rebuilt.sequence }
        state = Mutex(State(recorded: rebuilt, last: last.map { Reference($0) }))
    }

    /// The state as it was recorded last.
    public var recorded: ProjectedState { state.withLock { $0.recorded } }

    /// The event that made the state what it is; nil where it is not known.
    var last: Reference? { state.withLock { $0.failure == nil ? $0.last : nil } }

    /// Why what is active is not in the log; nil where it is.
    public var failure: String? { state.withLock { $0.failure } }

    // MARK: The start

    /// What was loaded, with what clients had changed before the process ended.
    ///
    /// What bundles own by now, and what does not fit any more, is left out; it stays in the log.
    public func restoring(_ loaded: PolicyStore.Contents) throws -> PolicyStore.Contents {
        let before = recorded
        let changes = before.loaded.difference(to: before.current)
        guard !changes.isEmpty else { return loaded }
        let roots = loaded.bundles.values.flatMap(\.roots)
        func isOwned(_ path: [String]) -> Bool { roots.contains { $0.starts(with: path) || path.starts(with: $0) } }
        var contents = loaded
        for policy in changes.policies.put where !isOwned(Parser.parse(policy).module?.package.path ?? []) { contents.policies[policy.file] = policy }
        for identifier in changes.policies.removed { contents.policies[identifier] = nil }
        var data = try PolicySnapshot(policies: [], data: loaded.data)
        for operation in changes.operations where !isOwned(operation.path) {
            do {
                data = try data.applying([operation])
            } catch {
                logger.error("A client's change of data does not fit what was loaded, and is left out.", metadata: ["path": "\(operation.path.joined(separator: "/"))", "reason": "\(error)"])
            }
        }
        contents.data = .snapshot(data)
        state.withLock { $0.isRestored = true }
        return contents
    }

    /// Records what the service starts with. Where that is not possible the service starts all the same, and it is recorded with the next change.
    ///
    /// - Parameters:
    ///   - contents: of the store.
    ///   - loaded: the part of it that was read from files.
    public func began(with contents: PolicyStore.Contents, loaded: PolicyStore.Contents) throws(DiagnosticList) {
        guard case .snapshot(let snapshot) = contents.data else { return }
        // Where clients had changed nothing, both are the same documents.
        let data = state.withLock { $0.isRestored } ? try PolicySnapshot(policies: [], data: loaded.data) : snapshot
        let layer = ProjectedState.Layer(policies: loaded.policies, data: data)
        do {
            try keep(.start, contents, snapshot, loaded: layer, operations: nil, in: nil)
        } catch {
            fail(.start, error)
        }
    }

    private func fail(_ cause: StateChange.Cause, _ error: any Error) {
        logger.error("A change was not recorded; it is with the next one.", metadata: ["cause": "\(cause.rawValue)", "reason": "\(error)"])
        state.withLock { $0.failure = "\(error)" }
    }

    /// Records the configuration that was taken up.
    ///
    /// - Parameter document: without secrets.
    public func record(configuration document: Value) {
        do {
            try state.withLock { state in
                guard state.recorded.configuration != document else { return }
                let digest = ProjectedState.moved(state.recorded.digest, from: state.recorded.configuration, toConfiguration: document)
                let event = try append(StateChange(.configuration, configuration: document), digest, in: nil)
                try state.recorded.apply(StateChange(.configuration, configuration: document), sequence: event.sequence, time: event.time)
            }
        } catch {
            logger.error("The configuration was not recorded: \(error)")
        }
    }

    // MARK: Changes

    /// Records a change before it takes effect. The store makes one change at a time.
    ///
    /// - Parameters:
    ///   - contents: after the change.
    ///   - operations: what was written to data; nil where that is found by comparing.
    ///   - span: of the change; the event has its trace.
    /// - Returns: the event that made the state what it is now; nil where it could not be kept.
    /// - Throws: `EventLogError` where a client's change cannot be kept.
    func record(
        _ cause: StateChange.Cause, _ contents: PolicyStore.Contents, _ operations: [DataOperation]? = nil, in span: ActiveSpan? = nil
    ) throws -> Reference? {
        guard case .snapshot(let snapshot) = contents.data else { return nil }
        do {
            let after = ProjectedState.Layer(policies: contents.policies, data: snapshot)
            try keep(cause, contents, snapshot, loaded: cause == .reload ? after : nil, operations: operations, in: span)
        } catch {
            if cause == .client { throw error }
            fail(cause, error)
        }
        return last
    }

    private func keep(
        _ cause: StateChange.Cause, _ contents: PolicyStore.Contents, _ snapshot: PolicySnapshot, loaded: ProjectedState.Layer?, operations: [DataOperation]?,
        in span: ActiveSpan?
    ) throws {
        try state.withLock { state in
            let before = state.recorded
            let after = ProjectedState.Layer(policies: contents.policies, data: snapshot)
            // What this change does, and what the event says: that has what was missed before, too.
            let own = operations.map { .init(operations: $0) } ?? (state.missed?.current ?? before.current).difference(to: after)
            let documents = state.missed == nil ? own : before.current.difference(to: after)
            var change = StateChange(cause, documents)
            var layer = loaded ?? state.missed?.loaded ?? before.loaded
            if cause == .bundle || cause == .rollback { (change.loaded, layer) = Self.applying(own, to: layer) }
            if loaded != nil || state.missed != nil { change.loaded = before.loaded.difference(to: layer) }
            let bundles = Self.document(contents.bundles)
            if bundles != before.bundles { change.bundles = bundles }
            let isNothing = change.documents.isEmpty && change.bundles == nil && change.loaded?.isEmpty ?? true
            guard !isNothing else {
                (state.missed, state.failure) = (nil, nil)
                return
            }
            let digest = ProjectedState.moved(before.digest, by: documents, from: before.current, to: after)
            let event: Event
            do { event = try append(change, digest, in: span) } catch {
                // A client's change does not take effect.
                if cause != .client { state.missed = (after, layer) }
                throw error
            }
            state.recorded = ProjectedState(
                current: after, loaded: layer, bundles: bundles, configuration: before.configuration, sequence: event.sequence, time: event.time,
                digest: digest)
            state.missed = nil
            state.failure = nil
            state.last = Reference(event)
        }
    }

    /// What a bundle changes of what was loaded: what it changes altogether, as far as it is there.
    private static func applying(_ documents: StateChange.Documents, to layer: ProjectedState.Layer) -> (StateChange.Documents, ProjectedState.Layer) {
        var layer = layer
        documents.policies.apply(to: &layer.policies)
        var taken = StateChange.Documents(policies: documents.policies)
        for operation in documents.operations {
            guard let data = try? layer.data.applying([operation]) else { continue }
            layer.data = data
            taken.operations.append(operation)
        }
        return (taken, layer)
    }

    private static func document(_ bundles: [String: ActiveBundle]) -> Value {
        .makeObject(bundles.map { name, bundle in (.string(name), ["manifest": bundle.manifest.document, "etag": .string(bundle.etag ?? "")]) })
    }

    /// Appends a change, and waits until it is on the disk. The log's own thread writes it, so that waiting here holds up nothing that it needs.
    private func append(_ change: StateChange, _ digest: StateDigest, in span: ActiveSpan?) throws -> Event {
        let time = clock()
        let draft = EventDraft(
            change.type, in: change.stream, at: time, id: .make(at: time, from: numbers), correlation: span?.trace.description, payload: try change.payload(digest: digest))
        let answer = Mutex<Result<[Event], EventLogError>?>(nil)
        let isThere = DispatchSemaphore(value: 0)
        log.submit([draft], expecting: nil) { result in
            answer.withLock { $0 = result }
            isThere.signal()
        }
        isThere.wait()
        guard let event = try answer.withLock({ $0 })?.get().first else { throw EventLogError(.storage, "the log took no event") }
        return event
    }
}
