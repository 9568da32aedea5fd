import Resilience
import Synchronization

/// The upstreams of a process: those that have names, and beside them the servers that requests without a name go to.
public final class Upstreams: Sendable {
    private let named = Mutex<[String: UpstreamState]>([:])
    private static let origins = Mutex<[String: UpstreamState]>([:])
    /// Policies choose the servers that they ask.
    private static let originLimit = 1000

    public init() {}

    /// The named ones are now these, and their breakers depend on each other as their settings say.
    public func replace(with states: [UpstreamState]) {
        let members = Dictionary(states.map { ($0.name, $0) }) { first, _ in first }
        named.withLock { $0 = members }
        Self.link(members)
    }

    /// Lets breakers depend on each other as the settings say.
    public static func link(_ members: [String: UpstreamState]) { SharedBreaker.link(members.values.flatMap(\.breakers)) }

    /// The breaker of an upstream, or of a route; nil where there is none of this name.
    public func breaker(_ name: String) -> SharedBreaker? {
        self[name]?.breaker ?? named.withLock { $0.values.flatMap(\.breakers).first { $0.name == name } }
    }

    public subscript(name: String) -> UpstreamState? { named.withLock { $0[name] } ?? Self.origins.withLock { $0[name] } }

    /// Sorted by name.
    public var reports: [UpstreamReport] {
        let all = named.withLock { Array($0.values) } + Self.origins.withLock { Array($0.values) }
        return all.map { $0.report() }.sorted { $0.name < $1.name }
    }

    /// What requests to a server share that is not a named upstream; known by scheme, host and port.
    static func origin(of url: String) -> UpstreamState {
        let origin = Endpoint.origin(of: url)
        return origins.withLock { origins in
            if let known = origins[origin] { return known }
            if origins.count >= originLimit, let victim = origins.keys.randomElement() { origins[victim] = nil }
            let state = UpstreamState(UpstreamSettings(name: origin))
            origins[origin] = state
            return state
        }
    }
}
