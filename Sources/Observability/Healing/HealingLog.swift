import Synchronization

/// Something that went wrong and that the service mended by itself, or tried to.
public struct HealingEvent: Sendable, Hashable {
    public enum Action: String, Sendable, CaseIterable {
        /// A component that ended was started again.
        case restart
        /// All of a subsystem was started again.
        case restartSubsystem = "restart_subsystem"
        /// The process ends, so that its orchestrator starts it anew.
        case exit
        /// An earlier version of a policy decides again.
        case rollback
        /// What is active was made what is configured.
        case reconcile
        /// A file that could not be written is written again.
        case reopen
        /// A damaged file was made anew of what could be read of it.
        case rebuild
        /// An address is listened on again.
        case rebind
        /// Caches were emptied.
        case shrinkCaches = "shrink_caches"
        /// Requests are turned away.
        case shed
        /// A server that fails is left alone for a while.
        case isolate
        /// It is asked again.
        case readmit
        /// It mended itself; this says that it was noticed.
        case notice
    }

    /// Nanoseconds since 1970.
    public var time: Int64
    public var component: String
    public var cause: String
    public var action: Action
    /// From when it was noticed until the action was done; nil where that is not known.
    public var duration: Duration?
}

/// What was healed lately, and how often what was.
public final class HealingLog: MetricSource {
    private struct Key: Hashable {
        var component: String
        var action: HealingEvent.Action
    }

    private struct State {
        var events: [HealingEvent] = []
        var counts: [Key: Int] = [:]
    }

    private let state = Mutex(State())
    private let clock: @Sendable () -> Int64
    private let listener: Mutex<(@Sendable (HealingEvent) -> Void)?> = Mutex(nil)
    /// Events that are kept; the counts know of all.
    private static let limit = 256

    /// - Parameter clock: nanoseconds since 1970.
    public init(clock: @escaping @Sendable () -> Int64) { self.clock = clock }

    public func record(_ action: HealingEvent.Action, of component: String, cause: String, duration: Duration? = nil) {
        let event = HealingEvent(time: clock(), component: component, cause: cause, action: action, duration: duration)
        state.withLock { state in
            if state.events.count >= Self.limit { state.events.removeFirst() }
            state.events.append(event)
            state.counts[Key(component: component, action: action), default: 0] += 1
        }
        listener.withLock { $0 }?(event)
    }

    /// Calls a function with each event from now on, on the thread that records it.
    public func onRecord(_ call: @escaping @Sendable (HealingEvent) -> Void) { listener.withLock { $0 = call } }

    /// The oldest first.
    public var events: [HealingEvent] { state.withLock { $0.events } }

    public var metricFamilies: [MetricFamily] {
        let counts = state.withLock { $0.counts }.sorted { ($0.key.component, $0.key.action.rawValue) < ($1.key.component, $1.key.action.rawValue) }
        return [
            MetricFamily(
                "verdict_healing_actions_total", "What the service did to mend itself.", .counter,
                samples: counts.map { .init(labels: [.init("action", $0.key.action.rawValue), .init("component", $0.key.component)], value: Double($0.value)) })
        ]
    }
}
