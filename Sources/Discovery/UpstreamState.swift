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
    let time: any TimeAndChance
    private let guards: UpstreamBreakers
    private let queue: Mutex<Queue>
    private let budget: Mutex<RetryBudget>
    private let latencies = Mutex(LatencyWindow())
    private let balancer: Mutex<LoadBalancer>
    private let directory: EndpointDirectory?
    private let counts = Mutex(Counts())

    public init(_ settings: UpstreamSettings, time: any TimeAndChance = .system) {
        self.settings = settings
        self.time = time
        guards = UpstreamBreakers(settings, time: time)
        queue = Mutex(Queue(bulkhead: Bulkhead(settings.bulkhead)))
        budget = Mutex(RetryBudget(settings.budget))
        balancer = Mutex(LoadBalancer(settings.balancing))
        directory = settings.resolver.map { EndpointDirectory($0) }
    }

    public var name: String { settings.name }

    // MARK: Breakers

    /// The upstream's breaker, and those of its routes.
    public var breakers: [SharedBreaker] { guards.all }

    /// Of the upstream as a whole.
    public var breaker: SharedBreaker { guards.own }

    func admit(_ url: String) throws(SharedBreaker.Refusal) -> UpstreamBreakers.Permit {
        do {
            return try guards.admit(url)
        } catch {
            count { $0.breakerRejections += 1 }
            throw error
        }
    }

    func record(_ outcome: CircuitBreaker.Outcome, of permit: UpstreamBreakers.Permit, took duration: Duration, isUnsent: Bool = false) {
        if case .failure = outcome { count { $0.failures += 1 } }
        if case .success = outcome { latencies.withLock { $0.record(duration) } }
        guards.record(outcome, of: permit, took: duration, isUnsent: isUnsent)
    }

    /// An answer that counted as a success could not be used by its receiver.
    func recordUnusableAnswer(from url: String) {
        count { $0.failures += 1 }
        guards.recordUnusableAnswer(from: url)
    }

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
            time.call(after: settings.bulkhead.wait) { [weak self] in self?.abandon(waiting) }
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
        let isGranted = budget.withLock { $0.withdraw(at: time.now) }
        count { if isGranted { $0.retries += 1 } else { $0.budgetExhausted += 1 } }
        return isGranted
    }

    func withdrawHedge() -> Bool {
        let isGranted = budget.withLock { $0.withdraw(at: time.now) }
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
        var random = time.generator
        let now = time.now
        return balancer.withLock { balancer in
            balancer.update(endpoints, at: now)
            return balancer.pick(avoiding: avoided, at: now, using: &random)
        }
    }

    func finish(_ endpoint: Endpoint?, succeeded: Bool?, took duration: Duration) {
        guard let endpoint else { return }
        balancer.withLock { $0.finish(endpoint, succeeded: succeeded, took: duration, at: time.now) }
    }

    /// An endpoint was not there: what is known may be outdated.
    func invalidateEndpoints() { directory?.invalidate() }

    var hasResolver: Bool { directory != nil }

    // MARK: Counting

    private func count(_ change: (inout Counts) -> Void) { counts.withLock { change(&$0) } }

    /// How the upstream is doing.
    public func report(at now: ContinuousClock.Instant? = nil) -> UpstreamReport {
        let now = now ?? time.now
        return UpstreamReport(
            breaker: guards.own.report(at: now), routes: guards.routes.map { $0.report(at: now) }, inFlight: queue.withLock { $0.bulkhead.inFlight },
            waiting: queue.withLock { $0.bulkhead.waiting }, counts: counts.withLock { $0 }, budget: budget.withLock { $0.balance },
            members: balancer.withLock { $0.members }, resolutionProblem: directory?.problem)
    }
}

/// How an upstream is doing at one moment.
public struct UpstreamReport: Sendable {
    public var breaker: BreakerReport
    public var routes: [BreakerReport]
    public var inFlight: Int
    public var waiting: Int
    public var counts: UpstreamState.Counts
    public var budget: Double
    public var members: [LoadBalancer.Member]
    /// Why endpoints could not be resolved last; nil where they could.
    public var resolutionProblem: String?

    public var name: String { breaker.name }
    /// Of the upstream and of its routes.
    public var breakers: [BreakerReport] { [breaker] + routes }
}
