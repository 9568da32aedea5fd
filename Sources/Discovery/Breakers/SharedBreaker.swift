import FaultInjection
import Resilience
import Synchronization

/// The breaker of an upstream, or of one of its routes, that all calls share: a lock and a clock around the value that decides, and the breakers
/// that it depends on.
public final class SharedBreaker: Sendable {
    /// Why a call is not let through, and by which breaker.
    struct Refusal: Error {
        var breaker: String
        var rejection: CircuitBreaker.Rejection
    }

    /// Of the upstream, or of the upstream and the route: `policies/bundles`.
    public let name: String
    /// Breakers, by name, without which calls make no sense.
    public let dependencies: [String]
    /// Whether it opens by itself.
    public let isEnabled: Bool
    private let breaker: Mutex<CircuitBreaker>
    private let time: any TimeAndChance
    /// The breakers that this one needs, directly or not, and how they are linked.
    private let chain = Mutex<(graph: BreakerChain, members: [String: WeakBreaker])>((BreakerChain(), [:]))

    private struct WeakBreaker {
        weak var breaker: SharedBreaker?
    }

    /// - Parameter settings: nil for one that never opens by itself.
    init(_ name: String, _ settings: CircuitBreaker.Settings?, dependencies: [String], time: any TimeAndChance) {
        self.time = time
        self.name = name
        self.dependencies = dependencies
        isEnabled = settings != nil
        breaker = Mutex(CircuitBreaker(settings ?? .init()))
    }

    /// Lets breakers depend on each other as they say.
    static func link(_ breakers: [SharedBreaker]) {
        let members = Dictionary(breakers.map { ($0.name, $0) }) { first, _ in first }
        let graph = BreakerChain(members.mapValues(\.dependencies))
        for breaker in members.values { breaker.chain.withLock { $0 = (graph, members.mapValues { WeakBreaker(breaker: $0) }) } }
    }

    /// The open breaker that this one waits for; nil for none.
    private func blockingRoot(at now: ContinuousClock.Instant) -> SharedBreaker? {
        guard !dependencies.isEmpty else { return nil }
        let (graph, members) = chain.withLock { $0 }
        return graph.root(of: name) { members[$0]?.breaker?.state(at: now) == .open }.flatMap { members[$0]?.breaker }
    }

    /// What the upstream said it waits for, or else this one.
    private var deepestRoot: String { breaker.withLock { $0.root } ?? name }

    // MARK: Calls

    /// Lets a call through; nil where its outcome is of no interest.
    func admit() throws(Refusal) -> CircuitBreaker.Permit? {
        let now = time.now
        guard isEnabled || breaker.withLock({ $0.override(at: now) }) != nil else { return nil }
        if let root = blockingRoot(at: now) {
            let reason = "it depends on '\(root.name)', whose breaker is open"
            throw Refusal(breaker: name, rejection: .init(retryAfter: root.retryAfter(at: now) ?? .seconds(1), root: root.deepestRoot, reason: reason))
        }
        do throws(CircuitBreaker.Rejection) {
            return try change { breaker in Result { () throws(CircuitBreaker.Rejection) in try breaker.admit(at: now) } }.get()
        } catch {
            throw Refusal(breaker: name, rejection: error)
        }
    }

    func record(_ outcome: CircuitBreaker.Outcome, of permit: CircuitBreaker.Permit?, took duration: Duration) {
        guard let permit, isEnabled else { return }
        change { $0.record(outcome, of: permit, took: duration, at: time.now, jitter: time.share()) }
    }

    /// An answer that counted as a success could not be used by its receiver.
    func recordUnusableAnswer() {
        guard isEnabled else { return }
        change { $0.recordUnusableAnswer(at: time.now, jitter: time.share()) }
    }

    /// Changes the breaker, and says what became of it.
    private func change<Outcome>(_ work: (inout CircuitBreaker) -> Outcome) -> Outcome {
        let (outcome, transitions) = breaker.withLock { breaker in (work(&breaker), breaker.takeTransitions()) }
        for transition in transitions { BreakerObservation.announce(transition, of: name) }
        return outcome
    }

    // MARK: Looking, and the operator's hand

    public func state(at now: ContinuousClock.Instant) -> CircuitBreaker.State { breaker.withLock { $0.state(at: now) } }

    public func retryAfter(at now: ContinuousClock.Instant) -> Duration? { breaker.withLock { $0.retryAfter(at: now) } }

    /// Opens or closes the breaker by hand, for a time.
    public func force(_ override: CircuitBreaker.Override, for duration: Duration) { breaker.withLock { $0.force(override, until: time.now + duration) } }

    /// Lets the breaker judge by itself again.
    public func release() { change { $0.release(at: time.now) } }

    public func report(at now: ContinuousClock.Instant) -> BreakerReport {
        let root = blockingRoot(at: now)
        return breaker.withLock { breaker in
            let window = breaker.counts(at: now)
            return BreakerReport(
                name: name, breaker: breaker.state(at: now), isEnabled: isEnabled, override: breaker.override(at: now), reason: breaker.reason,
                root: root?.name ?? breaker.root, isBlocked: root != nil, retryAfter: breaker.retryAfter(at: now), changes: breaker.changes,
                windowCalls: window.calls, windowFailures: window.failed, windowSlow: window.slow, dependencies: dependencies)
        }
    }
}

/// How a breaker is doing at one moment.
public struct BreakerReport: Sendable {
    public var name: String
    public var breaker: CircuitBreaker.State
    public var isEnabled: Bool
    public var override: CircuitBreaker.Override?
    public var reason: String
    /// The breaker that is the cause, where that is another one.
    public var root: String?
    /// Whether nothing is asked because something that it needs is open.
    public var isBlocked: Bool
    public var retryAfter: Duration?
    public var changes: [CircuitBreaker.Change: Int]
    public var windowCalls: Int
    public var windowFailures: Int
    public var windowSlow: Int
    public var dependencies: [String]

    public var transitions: Int { changes.values.reduce(0, +) }

    /// `closed`, `open`, `half-open`, `degraded-open`, `forced-open` or `forced-closed`.
    public var state: String {
        switch (override, breaker) {
        case (.open, _): "forced-open"
        case (.closed, _): "forced-closed"
        case (nil, _) where isBlocked: "degraded-open"
        case (nil, .open): root == nil ? "open" : "degraded-open"
        case (nil, .closed), (nil, .halfOpen): breaker.rawValue
        }
    }
}
