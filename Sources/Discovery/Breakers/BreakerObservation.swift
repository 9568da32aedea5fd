import Resilience
import Synchronization

/// A breaker of the process has changed its state.
public struct BreakerTransition: Sendable, Hashable {
    /// The breaker's name: the upstream, or the upstream and the route.
    public var breaker: String
    public var from: CircuitBreaker.State
    public var to: CircuitBreaker.State
    public var reason: String
    /// What the upstream said it waits for.
    public var root: String?

    public init(breaker: String, from: CircuitBreaker.State, to: CircuitBreaker.State, reason: String, root: String?) {
        self.breaker = breaker
        self.from = from
        self.to = to
        self.reason = reason
        self.root = root
    }
}

/// Who is told of transitions, on the thread that brought them about.
public enum BreakerObservation {
    public typealias Observer = @Sendable (BreakerTransition) -> Void

    /// Is told of the transitions that calls made in the task bring about.
    @TaskLocal public static var call: Observer?

    private static let process = Mutex<Observer?>(nil)

    /// Tells an observer of every transition in the process, instead of the one before.
    public static func observeAll(_ observer: @escaping Observer) { process.withLock { $0 = observer } }

    static func announce(_ transition: CircuitBreaker.Transition, of breaker: String) {
        let transition = BreakerTransition(
            breaker: breaker, from: transition.change.from, to: transition.change.to, reason: transition.reason, root: transition.root)
        process.withLock { $0 }?(transition)
        call?(transition)
    }
}
