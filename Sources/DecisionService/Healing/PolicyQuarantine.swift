import Governance
import Logging
import Observability
import Rego
import Resilience
import ServiceLifecycle
import Synchronization

/// Watches each new version of a bundle in its first time, and goes back to the version before where decisions fail that did not.
///
/// The version that failed is in quarantine: it is not activated again until the bundle changes.
public final class PolicyQuarantine: BundleTarget, Service {
    /// What makes two versions the same.
    private struct Fingerprint: Hashable, Sendable {
        var revision: String
        var policies: [String: Int]
        var data: Int

        init(_ bundle: Bundle) {
            revision = bundle.revision
            policies = Dictionary(bundle.policies.map { ($0.file, $0.text.hashValue) }) { first, _ in first }
            data = bundle.data.hashValue
        }
    }

    private struct Trial: Sendable {
        var name: String
        var bundle: Bundle
        /// The version before; nil for the first one.
        var before: Bundle?
        var probation: Probation
        /// There is nothing to go back to, which was said.
        var isHopeless = false
    }

    private struct State: Sendable {
        /// The whole versions that are active.
        var active: [String: Bundle] = [:]
        var quarantined: [String: (version: Fingerprint, reason: String)] = [:]
        /// The newest last: it is the first to be blamed.
        var trials: [Trial] = []
    }

    private let state = Mutex(State())
    private let target: any BundleTarget
    private let store: PolicyStore
    private let settings: Probation.Settings
    private let healing: HealingLog
    private let health: HealthBoard
    private let logger: Logger
    /// Told of the bundle that went back and of the revision that is active now.
    private let didRollBack: Mutex<(@Sendable (_ name: String, _ revision: String) async -> Void)?> = Mutex(nil)
    private static let period = Duration.milliseconds(100)

    /// - Parameter target: where bundles go that are not in quarantine; in the end the store.
    public init(_ store: PolicyStore, target: any BundleTarget, settings: Probation.Settings, healing: HealingLog, health: HealthBoard, logger: Logger) {
        self.store = store
        self.target = target
        self.settings = settings
        self.healing = healing
        self.health = health
        self.logger = logger
    }

    public func onRollback(_ call: @escaping @Sendable (_ name: String, _ revision: String) async -> Void) { didRollBack.withLock { $0 = call } }

    // MARK: Activation

    public func activate(_ bundle: Bundle, name: String, etag: String?) async throws(BundleError) {
        let version = Fingerprint(bundle)
        let (known, active) = state.withLock { ($0.quarantined[name], $0.active[name]) }
        if let known, known.version == version {
            throw BundleError(.quarantined, "revision '\(bundle.revision)' is in quarantine: \(known.reason); it is tried again when the bundle changes")
        }
        try await target.activate(bundle, name: name, etag: etag)
        guard active.map(Fingerprint.init) != version else { return }
        let probation = Probation(settings, from: ProcessTime.now, counts: store.tally.counts)
        state.withLock { state in
            state.quarantined[name] = nil
            // What a delta changes cannot be taken back as a whole.
            state.active[name] = bundle.kind == .snapshot ? bundle : nil
            state.trials.removeAll { $0.name == name }
            if bundle.kind == .snapshot { state.trials.append(Trial(name: name, bundle: bundle, before: active, probation: probation)) }
        }
        if known != nil { health.report(Self.component(name), .ok) }
    }

    public func remove(_ name: String) async throws(BundleError) {
        try await target.remove(name)
        state.withLock { state in
            state.active[name] = nil
            state.quarantined[name] = nil
            state.trials.removeAll { $0.name == name }
        }
        health.remove(Self.component(name))
    }

    public func activeBundles() -> Set<String>? { store.activeBundles() }

    // MARK: Watching

    public func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                try await Task.sleep(for: Self.period)
                await self.judge()
            }
        }
    }

    private func judge() async {
        let time = ProcessTime.now, counts = store.tally.counts
        let failed = state.withLock { state -> (Trial, String)? in
            state.trials.removeAll { $0.probation.verdict(counts, at: time) == .passed }
            for position in state.trials.indices.reversed() where !state.trials[position].isHopeless {
                guard case .failed(let reason) = state.trials[position].probation.verdict(counts, at: time) else { continue }
                if state.trials[position].before == nil { state.trials[position].isHopeless = true }
                return (state.trials[position], reason)
            }
            return nil
        }
        guard let (trial, reason) = failed else { return }
        await rollBack(trial, because: reason, noticed: time)
    }

    private func rollBack(_ trial: Trial, because reason: String, noticed: Duration) async {
        let component = Self.component(trial.name), revision = trial.bundle.revision
        guard let before = trial.before else {
            logger.error("A bundle's decisions fail, and there is no version before it.", metadata: ["name": "\(trial.name)", "revision": "\(revision)", "reason": "\(reason)"])
            health.report(component, .degraded, "revision '\(revision)': \(reason), and there is no version before it")
            healing.record(.notice, of: component, cause: "revision '\(revision)': \(reason), and there is no version before it")
            return
        }
        do throws(BundleError) {
            try await store.activate(before, name: trial.name, etag: nil)
        } catch {
            logger.error("The version before a bundle that fails cannot be activated: \(error)", metadata: ["name": "\(trial.name)"])
            state.withLock { state in state.trials.removeAll { $0.name == trial.name } }
            return
        }
        let counts = store.tally.counts
        state.withLock { state in
            state.active[trial.name] = before
            state.quarantined[trial.name] = (Fingerprint(trial.bundle), reason)
            state.trials.removeAll { $0.name == trial.name }
            // What came before it is judged by what happens without it.
            for position in state.trials.indices { state.trials[position].probation = Probation(settings, from: ProcessTime.now, counts: counts) }
        }
        let text = "revision '\(revision)' is in quarantine: \(reason); revision '\(before.revision)' decides"
        health.report(component, .degraded, text)
        healing.record(.rollback, of: component, cause: text, duration: ProcessTime.now - noticed)
        logger.error("A bundle's decisions fail; the version before it decides again.", metadata: ["name": "\(trial.name)", "reason": "\(text)"])
        await didRollBack.withLock { $0 }?(trial.name, before.revision)
    }

    private static func component(_ name: String) -> String { "policy/\(name)" }
}
