import FaultInjection
import Resilience
import Synchronization

/// What all calls to one upstream share: its breaker, its bulkhead, its retry budget, its endpoints, and what is counted of them. A thin layer of
/// locks and clocks around the values that decide.
public final class UpstreamState: Sendable {
    /// What is counted.
    public struct Counts: Sendable, Hashable {
        public var calls = 0
        public var failures = 0
        public var retries = 0
        public var hedges = 0
        /// Tries that the budget did not allow.
        public var budgetExhausted = 0
        public var breakerRejections = 0
        public var bulkheadRejections = 0
    }

    private struct Queue {
        var bulkhead: Bulkhead
        var waiting: [UInt64: CheckedContinuation<Bool, Never>] = [:]
        var next: UInt64 = 0
    }

    public let settings: UpstreamSettings
    private let breaker: Mutex<CircuitBreaker>
    private let queue: Mutex<Queue>
    private let budget: Mutex<RetryBudget>
    private let latencies = Mutex(LatencyWindow())
    private let balancer: Mutex<LoadBalancer>
    private let directory: EndpointDirectory?
    private let counts = Mutex(Counts())
    /// The upstreams that this one needs, directly or not, and how they are linked.
    private let chain = Mutex<(graph: BreakerChain, members: [String: WeakState])>((BreakerChain(), [:]))

    private struct WeakState {
        weak var state: UpstreamState?
    }

    public init(_ settings: UpstreamSettings) {
        self.settings = settings
        breaker = Mutex(CircuitBreaker(settings.breaker ?? .init()))
        queue = Mutex(Queue(bulkhead: Bulkhead(settings.bulkhead)))
        budget = Mutex(RetryBudget(settings.budget))
        balancer = Mutex(LoadBalancer(settings.balancing))
        directory = settings.resolver.map { EndpointDirectory($0) }
    }

    public var name: String { settings.name }

    /// Makes known what this upstream depends on.
    func link(_ graph: BreakerChain, _ members: [String: UpstreamState]) {
        chain.withLock { $0 = (graph, members.mapValues { WeakState(state: $0) }) }
    }

    // MARK: Breaker

    /// The open upstream that this one cannot work without; nil for none.
    public func blockingRoot(at now: ContinuousClock.Instant) -> UpstreamState? {
        guard !settings.dependencies.isEmpty else { return nil }
        let (graph, members) = chain.withLock { $0 }
        return graph.root(of: name) { members[$0]?.state?.breakerState(at: now) == .open }.flatMap { members[$0]?.state }
    }

    func admit() throws(CircuitBreaker.Rejection) -> CircuitBreaker.Permit? {
        guard settings.breaker != nil || hasOverride else { return nil }
        let now = ContinuousClock.now
        do throws(CircuitBreaker.Rejection) {
            if let root = blockingRoot(at: now) {
                throw CircuitBreaker.Rejection(retryAfter: root.retryAfter(at: now) ?? .seconds(1), root: root.deepestRoot, reason: "it depends on '\(root.name)', whose breaker is open")
            }
            return try breaker.withLock { breaker throws(CircuitBreaker.Rejection) in try breaker.admit(at: now) }
        } catch {
            count { $0.breakerRejections += 1 }
            throw error
        }
    }

    private var hasOverride: Bool { breaker.withLock { $0.override(at: .now) != nil } }

    /// What this upstream itself waits for, or else it.
    private var deepestRoot: String { breaker.withLock { $0.root } ?? name }

    func record(_ outcome: CircuitBreaker.Outcome, of permit: CircuitBreaker.Permit?, took duration: Duration) {
        if case .failure = outcome { count { $0.failures += 1 } }
        if case .success = outcome { latencies.withLock { $0.record(duration) } }
        guard let permit, settings.breaker != nil else { return }
        breaker.withLock { $0.record(outcome, of: permit, took: duration, at: .now, jitter: .random(in: 0...1)) }
    }

    /// An answer that counted as a success could not be used by its receiver.
    func recordUnusableAnswer() {
        count { $0.failures += 1 }
        guard settings.breaker != nil else { return }
        breaker.withLock { $0.recordUnusableAnswer(at: .now, jitter: .random(in: 0...1)) }
    }

    public func breakerState(at now: ContinuousClock.Instant) -> CircuitBreaker.State { breaker.withLock { $0.state(at: now) } }

    public func retryAfter(at now: ContinuousClock.Instant) -> Duration? { breaker.withLock { $0.retryAfter(at: now) } }

    /// Opens or closes the breaker by hand, for a time.
    public func force(_ override: CircuitBreaker.Override, for duration: Duration) { breaker.withLock { $0.force(override, until: .now + duration) } }

    /// Lets the breaker judge by itself again.
    public func release() { breaker.withLock { $0.release(at: .now) } }

    // MARK: Bulkhead

    /// Waits for the call's turn; false where it does not come soon enough.
    func enter() async -> Bool {
        let isAdmitted = await withCheckedContinuation { continuation in
            let waiting: UInt64? = queue.withLock { queue in
                queue.next += 1
                switch queue.bulkhead.enter(queue.next) {
                case .admitted: continuation.resume(returning: true)
                case .refused: continuation.resume(returning: false)
                case .waiting:
                    queue.waiting[queue.next] = continuation
                    return queue.next
                }
                return nil
            }
            guard let waiting else { return }
            Task { [weak self, wait = settings.bulkhead.wait] in
                try? await Task.sleep(for: wait)
                self?.abandon(waiting)
            }
        }
        if !isAdmitted { count { $0.bulkheadRejections += 1 } }
        return isAdmitted
    }

    private func abandon(_ call: UInt64) {
        queue.withLock { queue in
            guard queue.bulkhead.abandon(call) else { return }
            queue.waiting.removeValue(forKey: call)?.resume(returning: false)
        }
    }

    func leave() {
        queue.withLock { queue in
            guard let next = queue.bulkhead.leave() else { return }
            queue.waiting.removeValue(forKey: next)?.resume(returning: true)
        }
    }

    // MARK: Budget

    func recordCall() {
        count { $0.calls += 1 }
        budget.withLock { $0.recordCall() }
    }

    /// Whether another try may be made; counted where it may not.
    func withdrawRetry() -> Bool {
        let isGranted = budget.withLock { $0.withdraw(at: .now) }
        count { if isGranted { $0.retries += 1 } else { $0.budgetExhausted += 1 } }
        return isGranted
    }

    func withdrawHedge() -> Bool {
        let isGranted = budget.withLock { $0.withdraw(at: .now) }
        if isGranted { count { $0.hedges += 1 } }
        return isGranted
    }

    /// After how long a read is slow enough to be asked a second time; nil while too little is known.
    var hedgeDelay: Duration? { latencies.withLock { $0.quantile(0.95) } }

    // MARK: Endpoints

    /// The endpoint for a call, which is under way there until `finish`; nil where the request's own URL counts.
    func pick(avoiding avoided: Set<Endpoint>, _ chaos: Chaos?) async throws(ResolutionFailure) -> Endpoint? {
        guard let directory else { return nil }
        let endpoints = try await directory.endpoints(chaos, tags: ["upstream": name])
        var random = SystemRandomNumberGenerator()
        return balancer.withLock { balancer in
            balancer.update(endpoints, at: .now)
            return balancer.pick(avoiding: avoided, at: .now, using: &random)
        }
    }

    func finish(_ endpoint: Endpoint?, succeeded: Bool?, took duration: Duration) {
        guard let endpoint else { return }
        balancer.withLock { $0.finish(endpoint, succeeded: succeeded, took: duration, at: .now) }
    }

    /// An endpoint was not there: what is known may be outdated.
    func invalidateEndpoints() { directory?.invalidate() }

    var hasResolver: Bool { directory != nil }

    // MARK: Counting

    private func count(_ change: (inout Counts) -> Void) { counts.withLock { change(&$0) } }

    /// How the upstream is doing.
    public func report(at now: ContinuousClock.Instant = .now) -> UpstreamReport {
        let root = blockingRoot(at: now)
        return breaker.withLock { breaker in
            let window = breaker.counts(at: now)
            return UpstreamReport(
                name: name, breaker: breaker.state(at: now), hasBreaker: settings.breaker != nil, override: breaker.override(at: now), reason: breaker.reason,
                root: root?.name ?? breaker.root, isBlocked: root != nil, retryAfter: breaker.retryAfter(at: now), transitions: breaker.transitions,
                windowCalls: window.calls, windowFailures: window.failed, windowSlow: window.slow, dependencies: settings.dependencies,
                inFlight: queue.withLock { $0.bulkhead.inFlight }, waiting: queue.withLock { $0.bulkhead.waiting }, counts: counts.withLock { $0 },
                budget: budget.withLock { $0.balance }, members: balancer.withLock { $0.members }, resolutionProblem: directory?.problem)
        }
    }
}

/// How an upstream is doing at one moment.
public struct UpstreamReport: Sendable {
    public var name: String
    public var breaker: CircuitBreaker.State
    public var hasBreaker: Bool
    public var override: CircuitBreaker.Override?
    public var reason: String
    /// The upstream that is the cause, where that is another one.
    public var root: String?
    /// Whether it is not asked because something that it needs is open.
    public var isBlocked: Bool
    public var retryAfter: Duration?
    public var transitions: Int
    public var windowCalls: Int
    public var windowFailures: Int
    public var windowSlow: Int
    public var dependencies: [String]
    public var inFlight: Int
    public var waiting: Int
    public var counts: UpstreamState.Counts
    public var budget: Double
    public var members: [LoadBalancer.Member]
    /// Why endpoints could not be resolved last; nil where they could.
    public var resolutionProblem: String?

    /// `closed`, `open`, `half-open`, `degraded-open`, `forced-open` or `forced-closed`.
    public var state: String {
        switch (override, breaker) {
        case (.open, _): "forced-open"
        case (.closed, _): "forced-closed"
        case (nil, _) where isBlocked: "degraded-open"
        case (nil, .open): root == nil ? "open" : "degraded-open"
        case (nil, .closed): "closed"
        case (nil, .halfOpen): "half-open"
        }
    }
}
