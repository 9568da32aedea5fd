import Resilience

/// What an upstream is known by, and how calls to it are guarded and spread. All that ask it share one.
public struct UpstreamSettings: Sendable {
    public var name: String
    /// Nil where the breaker never opens.
    public var breaker: CircuitBreaker.Settings? = .init()
    /// Parts with breakers of their own.
    public var routes: [UpstreamRoute] = []
    public var bulkhead = Bulkhead.Settings()
    public var budget = RetryBudget.Settings()
    public var balancing = LoadBalancer.Settings()
    /// Upstreams, by name, without which this one cannot work.
    public var dependencies: [String] = []
    /// Where it can be asked; nil for the host of each request's URL, looked up by the system.
    public var resolver: (any Resolver)?

    public init(name: String) { self.name = name }
}
