import Synchronization

/// How the parts of the service that work on their own are doing: what `/health?plugins` looks at.
public final class PluginStates: Sendable {
    /// OPA's states of a plugin.
    public enum State: String, Sendable {
        case notReady = "NOT_READY"
        case ok = "OK"
        case error = "ERROR"
        case warning = "WARN"
    }

    private struct Known: Sendable {
        var states: [String: State]
        var wereReady = false
    }

    private let known: Mutex<Known>

    /// - Parameter states: the plugins that there are, by OPA's names: `bundle`, `decision_logs`, `discovery`, `status`.
    public init(_ states: [String: State] = ["discovery": .ok]) { known = Mutex(Known(states: states)) }

    public subscript(name: String) -> State? {
        get { known.withLock { $0.states[name] } }
        set { known.withLock { $0.states[name] = newValue } }
    }

    public var all: [String: State] { known.withLock { $0.states } }

    /// Whether all plugins have been OK at the same time at least once.
    public var wereReady: Bool {
        known.withLock { known in
            if !known.wereReady { known.wereReady = known.states.values.allSatisfy { $0 == .ok } }
            return known.wereReady
        }
    }
}
