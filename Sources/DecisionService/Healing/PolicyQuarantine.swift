import FaultInjection
import Governance
import Logging
import Observability
import Rego
import Resilience
import ServiceLifecycle
import Synchronization

/// Watches each new version of a bundle, or of the files that are watched, in its first time, and goes back to the version before where
/// decisions fail that did not.
///
/// The version that failed is in quarantine: it is not activated again until the bundle, or a file, changes.
public final class PolicyQuarantine: BundleTarget, Service {
    /// A version that is tried.
    private struct Trial: Sendable {
        var name: String
        var version: PolicyVersion
        /// Nil for the first one.
        var before: PolicyVersion?
        var probation: Probation
        /// Whether it may be taken back already.
        var isSettled = false
        /// There is nothing to go back to, which was said.
        var isHopeless = false
    }

    private struct State: Sendable {
        /// The whole versions that are active.
        var active: [String: PolicyVersion] = [:]
        var quarantined: [String: (version: PolicyVersion.Fingerprint, reason: String)] = [:]
        /// The newest last: it is the first to be blamed.
        var trials: [Trial] = []
        /// When something changed last.
        var counts = Probation.Counts()
    }

    private let state = Mutex(State())
    private let target: any BundleTarget
    private let store: PolicyStore
    private let settings: Probation.Settings
    private let healing: HealingLog
    private let health: HealthBoard
    private let logger: Logger
    private let time: any TimeAndChance
    private let start: ContinuousClock.Instant
    /// Told of the bundle that went back and of the revision that is active now.
    private let didRollBack: Mutex<(@Sendable (_ name: String, _ revision: String) async -> Void)?> = Mutex(nil)
    private static let period = Duration.milliseconds(100)
    /// What the versions of files are known by; no bundle's name.
    private static let files = ""

    /// - Parameter target: where bundles go that are not in quarantine; in the end the store.
    public init(
        _ store: PolicyStore, target: any BundleTarget, settings: Probation.Settings, healing: HealingLog, health: HealthBoard, logger: Logger,
        time: any TimeAndChance = .system
    ) {
        self.time = time
        start = time.now
        self.store = store
        self.target = target
        self.settings = settings
        self.healing = healing
        self.health = health
        self.logger = logger
    }

    public func onRollback(_ call: @escaping @Sendable (_ name: String, _ revision: String) async -> Void) { didRollBack.withLock { $0 = call } }

    private var elapsed: Duration { time.now - start }

    // MARK: Activation

    public func activate(_ bundle: Bundle, name: String, etag: String?) async throws(BundleError) {
        let version = PolicyVersion(bundle)
        if let known = state.withLock({ $0.quarantined[name] }), known.version == version.fingerprint {
            throw BundleError(.quarantined, "revision '\(bundle.revision)' is in quarantine: \(known.reason); it is tried again when the bundle changes")
        }
        // What replaces a version that fails, where there is none before it, can only be better, and waits for nothing.
        let isHopeless = state.withLock { state in state.trials.contains { $0.name == name && $0.isHopeless } }
        try await (isHopeless ? store : target).activate(bundle, name: name, etag: etag)
        // What a delta changes cannot be taken back as a whole.
        begin(bundle.kind == .snapshot ? version : nil, name)
    }

    public func settled(_ name: String) {
        state.withLock { state in
            for position in state.trials.indices where state.trials[position].name == name { state.trials[position].isSettled = true }
        }
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

    public func activeBundles() -> Set<String>? { target.activeBundles() }

    /// Says which files are active at the start, so that there is something to go back to.
    public func began(with files: PolicyStore.Contents) { state.withLock { $0.active[Self.files] = PolicyVersion(files) } }

    /// Replaces what was read from files.
    ///
    /// - Throws: `BundleError` where they are in quarantine; what `PolicyStore.reload` throws.
    public func reload(_ files: PolicyStore.Contents) throws {
        let version = PolicyVersion(files)
        if let known = state.withLock({ $0.quarantined[Self.files] }), known.version == version.fingerprint {
            throw BundleError(.quarantined, "these files are in quarantine: \(known.reason); they are tried again when one changes")
        }
        try store.reload(files)
        begin(version, Self.files)
        settled(Self.files)
    }

    /// Begins the trial of a version that is active now; nil for one that cannot be taken back.
    private func begin(_ version: PolicyVersion?, _ name: String) {
        let time = elapsed, counts = store.tally.counts
        let wasQuarantined = state.withLock { state in
            let before = state.active[name]
            guard before?.fingerprint != version?.fingerprint || version == nil else { return false }
            let probation = Probation(settings, from: time, counts: counts, usual: counts - state.counts)
            state.counts = counts
            state.active[name] = version
            state.trials.removeAll { $0.name == name }
            if let version { state.trials.append(Trial(name: name, version: version, before: before, probation: probation)) }
            return state.quarantined.removeValue(forKey: name) != nil
        }
        if wasQuarantined { health.report(Self.component(name), .ok) }
    }

    // MARK: Watching

    public func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                try await self.time.sleep(for: Self.period)
                await self.judge()
            }
        }
    }

    private func judge() async {
        let time = elapsed, counts = store.tally.counts
        let failed = state.withLock { state -> (Trial, String)? in
            state.trials.removeAll { $0.probation.verdict(counts, at: time) == .passed }
            for position in state.trials.indices.reversed() where state.trials[position].isSettled && !state.trials[position].isHopeless {
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
        let component = Self.component(trial.name)
        guard let before = trial.before else {
            let text = "\(trial.version.text): \(reason), and there is no version before it"
            logger.error("Decisions on a new version fail, and there is none before it.", metadata: ["component": "\(component)", "reason": "\(text)"])
            health.report(component, .degraded, text)
            healing.record(.notice, of: component, cause: text)
            return
        }
        do {
            switch before.content {
            case .bundle(let bundle): try await store.activate(bundle, name: trial.name, etag: nil)
            case .files(let files): try store.reload(files)
            }
        } catch {
            logger.error("The version before one that fails cannot be activated: \(error)", metadata: ["component": "\(component)"])
            state.withLock { state in state.trials.removeAll { $0.name == trial.name } }
            return
        }
        takeNote(of: trial, before, because: reason)
        let text = "\(trial.version.text) is in quarantine: \(reason); \(before.isBundle ? before.text : "the one before") decides"
        health.report(component, .degraded, text)
        healing.record(.rollback, of: component, cause: text, duration: elapsed - noticed)
        logger.error("Decisions on a new version fail; the version before decides again.", metadata: ["component": "\(component)", "reason": "\(text)"])
        if case .bundle(let bundle) = before.content { await didRollBack.withLock { $0 }?(trial.name, bundle.revision) }
    }

    private func takeNote(of trial: Trial, _ before: PolicyVersion, because reason: String) {
        let counts = store.tally.counts
        state.withLock { state in
            state.counts = counts
            state.active[trial.name] = before
            state.quarantined[trial.name] = (trial.version.fingerprint, reason)
            state.trials.removeAll { $0.name == trial.name }
            // What came before it is judged by what happens without it.
            for position in state.trials.indices { state.trials[position].probation = Probation(settings, from: elapsed, counts: counts) }
        }
    }

    private static func component(_ name: String) -> String { name == files ? "policy" : "policy/\(name)" }
}
