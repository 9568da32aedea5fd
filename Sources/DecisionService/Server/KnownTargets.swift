import Observability
import Synchronization

/// The targets of decisions that were asked before, by URI.
final class KnownTargets: Sendable {
    private let targets = Mutex<[String: KnownTarget]>([:])
    private let limits: LaneLimits

    init(_ limits: LaneLimits) { self.limits = limits }

    subscript(uri: String) -> KnownTarget? { targets.withLock { $0[uri] } }

    func remember(_ target: KnownTarget, as uri: String) {
        guard uri.utf8.count <= limits.rememberedLength else { return }
        targets.withLock { known in
            if known.count >= limits.rememberedTargets { known.removeAll() }
            known[uri] = target
        }
    }
}

/// A target, and how its decisions have gone so far.
final class KnownTarget: Sendable {
    let target: DecisionTarget
    /// What its requests are counted as.
    let handler: RequestMetrics.Handler?
    private let decisionsElsewhere = Atomic<Int>(0)
    /// How many were sent elsewhere after the last one that was tried in vain; 0 where that is no longer true.
    private let lastRun = Atomic<Int>(0)
    private let generation = Atomic<Int>(0)

    init(_ target: DecisionTarget, uri: String) {
        self.target = target
        handler = RequestMetrics.Handler(path: String(uri.prefix { $0 != "?" }))
    }

    /// Whether the target's queries have been compiled for these policies and data.
    func isPrepared(for generation: Generation) -> Bool { self.generation.load(ordering: .relaxed) == ObjectIdentifier(generation).hashValue }

    func wasPrepared(for generation: Generation) { self.generation.store(ObjectIdentifier(generation).hashValue, ordering: .relaxed) }

    /// A decision was tried in vain. Where the one before was too, more of the next are not tried: under overload, trying would cost more than refusing.
    func wasLong(_ limits: LaneLimits) {
        let run = min(max(limits.decisionsElsewhere, lastRun.load(ordering: .relaxed) * 2), limits.mostDecisionsElsewhere)
        lastRun.store(run, ordering: .relaxed)
        decisionsElsewhere.store(run, ordering: .relaxed)
    }

    func wasShort() { if lastRun.load(ordering: .relaxed) > 0 { lastRun.store(0, ordering: .relaxed) } }

    /// Whether the next decision belongs on another thread because one shortly before was long.
    func takesElsewhere() -> Bool {
        guard decisionsElsewhere.load(ordering: .relaxed) > 0 else { return false }
        decisionsElsewhere.wrappingSubtract(1, ordering: .relaxed)
        return true
    }
}
