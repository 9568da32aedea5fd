import Rego

/// Rebuilds the state from the events of its partition.
public struct StateProjection: Sendable {
    /// A moment of the state.
    public enum Point: Sendable, Hashable {
        case now
        case sequence(Int)
        /// Nanoseconds since 1970.
        case time(Int64)
        /// The last moment at which it was called so; see `ProjectedState.isCalled`.
        case named(String)
    }

    public enum Problem: Sendable, Hashable, CustomStringConvertible {
        /// The event does not fit the state before it, or has not the form of a change.
        case unusable(sequence: Int, reason: String)
        /// The state after the event has another digest than the one that was recorded with it.
        case differs(sequence: Int)

        public var description: String {
            switch self {
            case .unusable(let sequence, let reason): "event \(sequence) cannot be applied: \(reason)"
            case .differs(let sequence): "the state after event \(sequence) is not the one that was recorded"
            }
        }
    }

    public typealias Read = (_ from: Int, _ limit: Int) throws(EventLogError) -> [Event]

    private let upcasters: EventUpcasters
    private static let piece = 512

    public init(upcasters: EventUpcasters = .current) { self.upcasters = upcasters }

    /// Folds the events from a state on up to a point.
    ///
    /// - Parameters:
    ///   - start: a snapshot, or nothing.
    ///   - read: gives events of the partition.
    /// - Returns: the state, and what was wrong on the way; nil where no state is called so.
    public func rebuild(from start: ProjectedState, to point: Point, _ read: Read) throws(EventLogError) -> (state: ProjectedState, problems: [Problem])? {
        var state = start
        var named = Self.name(point).flatMap { start.sequence > 0 && start.isCalled($0) ? start : nil }
        var problems: [Problem] = []
        while true {
            let events = try read(state.sequence + 1, Self.piece)
            for event in events {
                guard Self.includes(event, point) else { return (state, problems) }
                if let problem = apply(event, to: &state) { problems.append(problem) }
                if let name = Self.name(point), state.isCalled(name) { named = state }
            }
            guard !events.isEmpty else { break }
        }
        guard case .named = point else { return (state, problems) }
        return named.map { ($0, problems) }
    }

    private static func name(_ point: Point) -> String? { if case .named(let name) = point { name } else { nil } }

    private static func includes(_ event: Event, _ point: Point) -> Bool {
        switch point {
        case .now, .named: true
        case .sequence(let sequence): event.sequence <= sequence
        case .time(let time): event.time <= time
        }
    }

    /// Takes one event; what cannot be used is left out, and said.
    private func apply(_ event: Event, to state: inout ProjectedState) -> Problem? {
        func unusable(_ reason: String) -> Problem {
            state.sequence = event.sequence
            state.time = event.time
            return .unusable(sequence: event.sequence, reason: reason)
        }
        let payload: Value
        do throws(EventLogError) { payload = try upcasters.payload(of: event).value } catch { return unusable(error.message) }
        guard let change = StateChange(payload) else { return unusable("its payload is no change of the state") }
        do { try state.apply(change, sequence: event.sequence, time: event.time) } catch { return unusable("\(error)") }
        guard let recorded = payload["digest"]?.text.flatMap({ StateDigest($0) }) else { return nil }
        guard recorded != state.digest else { return nil }
        // What follows is compared with what was recorded, not with a difference that is known.
        state.digest = recorded
        return .differs(sequence: event.sequence)
    }
}
