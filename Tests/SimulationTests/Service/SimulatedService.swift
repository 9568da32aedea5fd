import DataConsistency
import Discovery
import FaultInjection
import Foundation
import Governance
import Logging
import Observability
import Rego
import ReliabilityBudget
import Resilience
import TokenSecurity

@testable import DecisionService
@testable import Governance

/// One process of the decision service: the parts of production that decide, put together as `verdict run` does, without its sockets.
///
/// It begins with what the disk has, and ends when `end` is called, or with the disk.
final class SimulatedService: Sendable {
    let world: World
    /// Told apart from those before and after it.
    let name: String
    let facts: ServiceFacts
    let edge: Confined<ServiceEdge?> = Confined(nil)
    private let settings: ServiceProfile
    private let tasks = Confined<[Task<Void, Never>]>([])
    private let isRunning = Confined(true)
    /// By which it asks others.
    let upstreams: Confined<[World.Server: Upstream]>
    /// What it opened on the disk.
    let eventLog = Confined<SQLiteEventLog?>(nil)

    init(_ world: World, number: Int, settings: ServiceProfile, facts: ServiceFacts) {
        self.world = world
        name = "service-\(number)"
        self.settings = settings
        self.facts = facts
        upstreams = Confined(settings.upstreams(world))
    }

    var isAlive: Bool { isRunning.value }

    /// Begins all that works in the background, and then answers requests.
    func start() {
        begin { [self] in
            do {
                try await prepare()
                world.note("\(name) answers")
            } catch {
                world.note("\(name) cannot start: \(Self.kind(error))")
                isRunning.value = false
            }
        }
    }

    private static func kind(_ error: any Error) -> String {
        switch error {
        case let error as EventLogError: error.code.rawValue
        case let error as UpstreamError: error.code.rawValue
        case let error as TokenError: error.code.rawValue
        default: "\(type(of: error))"
        }
    }

    private func begin(_ work: @escaping @Sendable () async -> Void) { tasks.value.append(world.time.start(work)) }

    /// The process ends, whatever it is doing.
    func end() {
        isRunning.value = false
        for task in tasks.value { task.cancel() }
        tasks.value = []
        edge.value = nil
    }

    // MARK: Putting it together

    private func prepare() async throws {
        let (store, kept) = settings.keepsEvents ? try restore() : (try PolicyStore(Self.nothing), nil)
        let upstreams = upstreams.value
        let keys = try await KeySetStore(
            every: settings.keyPeriod, logger: Self.silent, time: world.time, fetch: fetch("keys", upstreams) { [facts] in facts.keys = Issuer.keys(in: $0) ?? facts.keys })
        let revocations = try await RevocationStore(
            every: settings.keyPeriod, logger: Self.silent, time: world.time, fetch: fetch("revoked", upstreams) { [facts] in facts.revoked = Issuer.revoked(in: $0) ?? facts.revoked })
        guard isAlive else { throw CancellationError() }
        let decisionLog = makeDecisionLog(upstreams)
        let health = HealthBoard(clock: { [time = world.time] in time.wall }), healing = HealingLog(clock: { [time = world.time] in time.wall })
        let quarantine = PolicyQuarantine(store, target: store, settings: settings.probation, healing: healing, health: health, logger: Self.silent, time: world.time)
        quarantine.onRollback { [facts] name, revision in facts.rolledBack(to: revision) }
        let statuses = BundleStatuses()
        let loader = bundleLoader(upstreams, quarantine, statuses)
        edge.value = ServiceEdge(
            world, name: name, store: store, statuses: statuses, decisions: decisions(store, decisionLog), admission: AdmissionControl(settings.admission),
            authenticator: try authenticator(keys, revocations), log: kept?.log, decisionLog: decisionLog, facts: facts, mistake: settings.mistake,
            isAlive: { [isRunning] in isRunning.value })
        begin { try? await keys.run() }
        begin { try? await revocations.run() }
        begin { try? await decisionLog.run() }
        begin { try? await quarantine.run() }
        begin { await loader.run() }
        if let kept { begin { [self] in await keepInOrder(kept) } }
    }

    private static let nothing = PolicyStore.Contents(policies: [], data: .empty)

    /// Opens what is on the disk, and compares it with what was promised.
    @discardableResult
    func restore() throws -> (store: PolicyStore, kept: KeptEvents) {
        let kept = try openEventLog()
        let store = try PolicyStore(kept.recorder.restoring(Self.nothing), recorder: kept.recorder)
        try kept.recorder.began(with: store.contents, loaded: Self.nothing)
        facts.check(restored: store, of: name)
        return (store, kept)
    }

    /// The event log, and what writes to it.
    struct KeptEvents: Sendable {
        var opened: SQLiteEventLog
        var log: SteppedEventLog
        var recorder: EventRecorder
        var snapshots: StateSnapshots
    }

    private func openEventLog() throws -> KeptEvents {
        let disk = MountedDisk(world.disk), time = world.time
        let opened = try SQLiteEventLog(opening: world.disk.folder, settings.eventLog, on: disk, at: time.wall)
        eventLog.value = opened
        try facts.check(opened, of: name)
        let snapshots = StateSnapshots(in: world.disk.folder, on: disk)
        let start = try snapshots.last(before: .now).state
        let rebuilt = try StateProjection().rebuild(from: start, to: .now) { from, limit throws(EventLogError) in try opened.read(.state, from: from, limit: limit) }
        if let problem = rebuilt?.problems.first { world.violate(.acknowledgedChangesAreThere, "\(name) rebuilt another state: \(problem)") }
        let log = SteppedEventLog(opened, time, acknowledgesEarly: settings.mistake == .acknowledgesEarly)
        let recorder = EventRecorder(log, from: rebuilt?.state ?? start, clock: { time.wall }, numbers: UniqueNumbers(from: time.number()), logger: Self.silent)
        return KeptEvents(opened: opened, log: log, recorder: recorder, snapshots: snapshots)
    }

    /// Snapshots, retention and reading of what was sealed, as `EventKeeper` does them on a thread of its own.
    private func keepInOrder(_ kept: KeptEvents) async {
        var saved = kept.snapshots.sequences.last ?? 0
        while (try? await world.time.sleep(for: settings.keepingPeriod)) != nil, isAlive {
            do {
                let state = kept.recorder.recorded
                if state.sequence >= saved + settings.snapshotEvents {
                    try kept.snapshots.save(state)
                    saved = state.sequence
                }
                for (partition, range) in try kept.opened.applyRetention(snapshot: saved, at: world.time.wall) { world.note("\(name) lets \(partition.rawValue) \(range) go") }
                for report in try kept.opened.scrub(at: world.time.wall) { facts.check(report, of: name) }
            } catch {
                world.note("\(name) cannot keep the log in order: \(error.code.rawValue)")
            }
        }
    }

    private func fetch(_ document: String, _ upstreams: [World.Server: Upstream], taken: @escaping @Sendable (String) -> Void) -> @Sendable () async throws -> String {
        let upstream = upstreams[.issuer]
        return {
            var request = UpstreamRequest("GET", "http://issuer/\(document)", deadline: .seconds(1))
            request.callDeadline = .seconds(2)
            guard let response = try await upstream?.send(request), response.status == 200 else { throw TokenError(.unavailable, "the issuer gives no \(document)") }
            let text = String(decoding: response.body, as: UTF8.self)
            taken(text)
            return text
        }
    }

    private func authenticator(_ keys: KeySetStore, _ revocations: RevocationStore) throws(TokenError) -> TokenAuthenticator {
        var requirements = try TokenRequirements(issuer: Issuer.name, audiences: [Issuer.audience], algorithms: [.hs256])
        requirements.leeway = settings.leeway
        return TokenAuthenticator(TokenVerifier(requirements), keys: keys, revocations: revocations, chaos: world.chaos)
    }

    private func makeDecisionLog(_ upstreams: [World.Server: Upstream]) -> DecisionLog {
        let counters = DecisionLogCounters(), upstream = upstreams[.collector]
        let sink = UploadSink(settings.decisionLog, counters: counters, logger: Self.silent, time: world.time) { body in
            var request = UpstreamRequest("POST", "http://collector/logs", body: body, deadline: .seconds(1))
            request.callDeadline = .seconds(2)
            guard let response = try await upstream?.send(request), (200..<300).contains(response.status) else { throw DecisionLogError(.sink, "not taken") }
        }
        return DecisionLog(settings.decisionLog, labels: ["id": .string(name)], logger: Self.silent, sinks: [sink], counters: counters, time: world.time)
    }

    private func decisions(_ store: PolicyStore, _ log: DecisionLog) -> Decisions {
        var configuration = ServiceConfiguration(addresses: [])
        configuration.chaos = world.chaos
        return Decisions(store: store, configuration: configuration, observer: DecisionObserver(log: log))
    }

    private func bundleLoader(_ upstreams: [World.Server: Upstream], _ target: any BundleTarget, _ statuses: BundleStatuses) -> BundleLoader {
        var service = ServiceSettings(name: World.Server.bundles.rawValue, url: "http://bundles")
        if let upstream = upstreams[.bundles] { service.upstream = upstream }
        service.callDeadline = .seconds(2)
        var bundle = BundleSettings(name: "app", service: service.name, resource: "app")
        bundle.polling = settings.polling
        return BundleLoader(bundle, service: service, reader: BundleReader(name: "app"), persistence: nil, target: target, statuses: statuses, logger: Self.silent, time: world.time)
    }

    private static let silent = Logger(label: "simulation") { _ in SwiftLogNoOpLogHandler() }
}
