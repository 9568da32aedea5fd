import FaultInjection
import Resilience

/// A part of an upstream with a breaker of its own, so that what fails there keeps nobody from the rest.
public struct UpstreamRoute: Sendable {
    /// As it was declared, below the upstream's URL: `/bundles`.
    public var prefix: String
    /// Of the paths of URLs: the upstream's own path, and the prefix. Without a slash at its end.
    public var path: String
    /// Nil where the breaker never opens.
    public var breaker: CircuitBreaker.Settings?
    /// Upstreams, by name, without which the route cannot work.
    public var dependencies: [String]

    public init(prefix: String, path: String, breaker: CircuitBreaker.Settings? = .init(), dependencies: [String] = []) {
        self.prefix = prefix
        self.path = path
        self.breaker = breaker
        self.dependencies = dependencies
    }

    /// Whether a URL's path is the route's, or lies below it.
    func holds(_ path: Substring) -> Bool { path.hasPrefix(self.path) && (path.count == self.path.count || path.dropFirst(self.path.count).first == "/") }
}

/// The breakers of an upstream: its own, and those of its routes, which depend on it.
///
/// A call of a route tells the upstream's breaker only whether the server was there; how it went there is the route's matter.
final class UpstreamBreakers: Sendable {
    /// What lets one call through.
    struct Permit: Sendable {
        fileprivate var own: CircuitBreaker.Permit?
        fileprivate var route: (breaker: SharedBreaker, permit: CircuitBreaker.Permit?)?
    }

    let own: SharedBreaker
    let routes: [SharedBreaker]
    /// The longest first, as they are looked through.
    private let paths: [(route: UpstreamRoute, breaker: SharedBreaker)]

    init(_ settings: UpstreamSettings, time: any TimeAndChance) {
        own = SharedBreaker(settings.name, settings.breaker, dependencies: settings.dependencies, time: time)
        let all = settings.routes.map { route in
            (route, SharedBreaker(settings.name + route.prefix, route.breaker, dependencies: [settings.name] + route.dependencies, time: time))
        }
        routes = all.map(\.1)
        paths = all.sorted { $0.0.path.count > $1.0.path.count }
    }

    var all: [SharedBreaker] { [own] + routes }

    private func route(of url: String) -> SharedBreaker? {
        guard !paths.isEmpty else { return nil }
        let path = Endpoint.path(of: url)
        return paths.first { $0.route.holds(path) }?.breaker
    }

    func admit(_ url: String) throws(SharedBreaker.Refusal) -> Permit {
        let permit = try own.admit()
        guard let route = route(of: url) else { return Permit(own: permit) }
        do {
            return Permit(own: permit, route: (route, try route.admit()))
        } catch {
            own.record(.ignored, of: permit, took: .zero)
            throw error
        }
    }

    /// - Parameter isUnsent: whether the request certainly did not reach the server.
    func record(_ outcome: CircuitBreaker.Outcome, of permit: Permit, took duration: Duration, isUnsent: Bool = false) {
        guard let route = permit.route else { return own.record(outcome, of: permit.own, took: duration) }
        route.breaker.record(outcome, of: route.permit, took: duration)
        own.record(reachability(outcome, permit.own, isUnsent), of: permit.own, took: .zero)
    }

    /// What the call of a route says about the server as a whole. What it answers there is no success elsewhere, but enough for a probe.
    private func reachability(_ outcome: CircuitBreaker.Outcome, _ permit: CircuitBreaker.Permit?, _ isUnsent: Bool) -> CircuitBreaker.Outcome {
        switch outcome {
        case .failure where isUnsent: outcome
        case .failure, .success: permit?.isProbe == true ? .success : .ignored
        case .ignored: .ignored
        }
    }

    func recordUnusableAnswer(from url: String) { (route(of: url) ?? own).recordUnusableAnswer() }
}
