/// When events that wait are written together: at most once in a time, or when there are many. A value that is told the time.
///
/// The first event after a pause is written at once; those that come within the delay after it share the next write. So nothing waits longer than
/// the delay, and the disk is never asked more often.
///
/// Source: DeWitt et al., "Implementation Techniques for Main Memory Database Systems", 1984 (group commit).
public struct GroupCommit: Sendable {
    public struct Settings: Sendable, Hashable {
        public var delay: Duration
        /// Events that are written before the delay is over.
        public var maximumEvents: Int

        public init(delay: Duration, maximumEvents: Int) {
            self.delay = delay
            self.maximumEvents = maximumEvents
        }

        /// What must be on the disk before it is acknowledged.
        public static let state = Settings(delay: .milliseconds(2), maximumEvents: 256)
    }

    public enum Step: Sendable, Hashable {
        /// Nothing waits.
        case idle
        case wait(Duration)
        case commit
    }

    private let settings: Settings
    private var waiting = 0
    private var last: Duration?

    public init(_ settings: Settings) { self.settings = settings }

    /// Takes events that wait to be written.
    public mutating func add(_ count: Int) { waiting += count }

    public func next(at now: Duration) -> Step {
        guard waiting > 0 else { return .idle }
        guard waiting < settings.maximumEvents, let last else { return .commit }
        let due = last + settings.delay
        return now >= due ? .commit : .wait(due - now)
    }

    /// All that waited was written.
    public mutating func committed(at now: Duration) {
        waiting = 0
        last = now
    }
}
