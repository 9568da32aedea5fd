/// How many restarts within a time are healing; more are a fault that restarting does not mend.
public struct RestartIntensity: Sendable, Hashable {
    public var limit: Int
    public var window: Duration

    public init(limit: Int = 5, window: Duration = .seconds(60)) {
        self.limit = limit
        self.window = window
    }
}

/// Components in subsystems, and what is to be restarted when one of them ends: the component, and where that is done too often its
/// subsystem, and where that does not help either, the process.
///
/// A value without clock or task: it is told of failures and answers with what to do. Source: Erlang/OTP, "Supervisor Behaviour".
public struct SupervisionTree: Sendable {
    public enum Strategy: Sendable, Hashable {
        /// Only what ended is restarted.
        case oneForOne
        /// What was started after it is restarted too, as it may depend on it.
        case restForOne
    }

    public struct Subsystem: Sendable, Hashable {
        public var name: String
        public var strategy: Strategy
        /// In the order in which they are started.
        public var components: [String]

        public init(name: String, strategy: Strategy, components: [String]) {
            self.name = name
            self.strategy = strategy
            self.components = components
        }
    }

    public enum Decision: Sendable, Hashable {
        /// Restart these, in this order, after a wait.
        case restart([String], after: Duration)
        /// A component ended too often: restart its whole subsystem.
        case restartSubsystem(String, [String], after: Duration)
        /// A subsystem was restarted too often: the process is to end, so that its orchestrator begins anew.
        case exit(subsystem: String)
    }

    /// Restarts within the window.
    private struct Recent: Sendable {
        var times: [Duration] = []

        /// Counts one; false where there are more than the limit.
        mutating func count(at time: Duration, within intensity: RestartIntensity) -> Bool {
            times.removeAll { $0 + intensity.window <= time }
            times.append(time)
            return times.count <= intensity.limit
        }
    }

    public let subsystems: [Subsystem]
    private let intensity: RestartIntensity
    private let delays: RetryPolicy
    /// By subsystem: restarts of its components, and of itself.
    private var components: [String: Recent] = [:]
    private var restarts: [String: Recent] = [:]
    /// By component.
    private var own: [String: Recent] = [:]

    /// - Parameters:
    ///   - intensity: of the components of a subsystem together, and of each subsystem.
    ///   - delays: how the waits before restarts grow within the window; without jitter, as nobody restarts in step with this process.
    public init(
        _ subsystems: [Subsystem], intensity: RestartIntensity = .init(),
        delays: RetryPolicy = RetryPolicy(maximumAttempts: nil, baseDelay: .milliseconds(20), maximumDelay: .seconds(5))
    ) {
        self.subsystems = subsystems
        self.intensity = intensity
        self.delays = delays
    }

    /// A component ended that should not have.
    ///
    /// - Parameter time: since any fixed moment.
    public mutating func failed(_ component: String, at time: Duration) -> Decision {
        guard let subsystem = subsystems.first(where: { $0.components.contains(component) }) else { return .exit(subsystem: component) }
        _ = own[component, default: .init()].count(at: time, within: intensity)
        if components[subsystem.name, default: .init()].count(at: time, within: intensity) {
            return .restart(affected(component, subsystem), after: delays.bound(afterFailures: own[component]?.times.count ?? 1))
        }
        // The subsystem begins anew, and so does the count of its components.
        components[subsystem.name] = nil
        guard restarts[subsystem.name, default: .init()].count(at: time, within: intensity) else { return .exit(subsystem: subsystem.name) }
        return .restartSubsystem(subsystem.name, subsystem.components, after: delays.bound(afterFailures: (restarts[subsystem.name]?.times.count ?? 1) + intensity.limit))
    }

    private func affected(_ component: String, _ subsystem: Subsystem) -> [String] {
        guard subsystem.strategy == .restForOne, let position = subsystem.components.firstIndex(of: component) else { return [component] }
        return Array(subsystem.components[position...])
    }
}
