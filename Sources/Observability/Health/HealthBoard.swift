import Synchronization

/// How a part of the service does.
public struct ComponentHealth: Sendable, Hashable {
    public enum State: String, Sendable, Comparable, CaseIterable {
        case ok, degraded, failed

        public static func < (a: State, b: State) -> Bool { a.rank < b.rank }
        private var rank: Int { self == .ok ? 0 : self == .degraded ? 1 : 2 }
    }

    /// What is asked of a service by who runs it (Kubernetes' three probes).
    public enum Probe: String, Sendable, CaseIterable {
        /// Whether it has come up.
        case startup
        /// Whether a restart would mend something: nothing that depends on others belongs here.
        case live
        /// Whether requests should be sent to it.
        case ready
    }

    public var component: String
    public var state: State
    /// When it came into this state, in nanoseconds since 1970.
    public var since: Int64
    /// Why, for people.
    public var detail = ""
    /// When the service tries again by itself, in nanoseconds since 1970.
    public var retryAt: Int64?
    /// 0 for a part of the process, 1 for what it asks over the network.
    public var depth = 0
    /// The probes that fail with it.
    public var probes: Set<Probe> = [.ready]
}

/// How all parts of the service do. Whoever knows something writes it here in the background, so that answering a probe costs nothing.
public final class HealthBoard: MetricSource {
    private let components = Mutex<[String: ComponentHealth]>([:])
    private let clock: @Sendable () -> Int64
    private let changed: Mutex<[UInt64: @Sendable () -> Void]> = Mutex([:])
    private let identifiers = Atomic<UInt64>(0)

    /// - Parameter clock: nanoseconds since 1970.
    public init(clock: @escaping @Sendable () -> Int64) { self.clock = clock }

    /// Says how a component does; its time stays while its state does.
    public func report(
        _ component: String, _ state: ComponentHealth.State, _ detail: String = "", retryIn: Duration? = nil, depth: Int = 0,
        probes: Set<ComponentHealth.Probe> = [.ready]
    ) {
        let now = clock()
        let isNew = components.withLock { components in
            let before = components[component]
            var health = ComponentHealth(component: component, state: state, since: now, detail: detail, depth: depth, probes: probes)
            if let before, before.state == state { health.since = before.since }
            health.retryAt = retryIn.map { now + Int64($0.wholeNanoseconds) }
            components[component] = health
            return before?.state != state
        }
        if isNew { announce() }
    }

    public func remove(_ component: String) {
        components.withLock { $0[component] = nil }
        announce()
    }

    /// All components, by name.
    public var all: [ComponentHealth] { components.withLock { Array($0.values) }.sorted { $0.component < $1.component } }

    /// The components that count for a probe, and the worst of their states.
    public func health(for probe: ComponentHealth.Probe) -> (state: ComponentHealth.State, components: [ComponentHealth]) {
        let concerned = all.filter { $0.probes.contains(probe) }
        return (concerned.map(\.state).max() ?? .ok, concerned)
    }

    /// The component that answers requests; it has failed once the service is about to end.
    public static let server = "server"

    public var isEnding: Bool { components.withLock { $0[Self.server]?.state == .failed } }

    // MARK: Changes

    /// Calls a function after every change of a state, on the thread that made it, until it is taken off again.
    public func onChange(_ call: @escaping @Sendable () -> Void) -> UInt64 {
        let identifier = identifiers.wrappingAdd(1, ordering: .relaxed).newValue
        changed.withLock { $0[identifier] = call }
        return identifier
    }

    public func removeListener(_ identifier: UInt64) { changed.withLock { $0[identifier] = nil } }

    private func announce() { for call in changed.withLock({ Array($0.values) }) { call() } }

    public var metricFamilies: [MetricFamily] {
        [
            MetricFamily(
                "verdict_component_state", "How parts of the service do: 0 is ok, 1 degraded, 2 failed.", .gauge,
                samples: all.map { health in
                    .init(labels: [.init("component", health.component)], value: Double(ComponentHealth.State.allCases.firstIndex(of: health.state) ?? 0))
                })
        ]
    }
}
