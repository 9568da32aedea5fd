/// Limits the calls to an upstream that are under way, so that a slow one does not take everything that its callers have.
///
/// A value without clock and lock: who has to wait is told so, and whose turn it is is said by `leave`.
///
/// Source: Michael Nygard, "Release It!"; resilience4j's bulkhead.
public struct Bulkhead: Sendable {
    public struct Settings: Sendable, Hashable {
        public var inFlight = 64
        public var queue = 64
        /// How long a call waits for its turn.
        public var wait: Duration = .milliseconds(100)

        public init() {}
    }

    public enum Entry: Sendable, Hashable {
        case admitted, waiting, refused
    }

    public let settings: Settings
    public private(set) var inFlight = 0
    private var queue: [UInt64] = []

    public init(_ settings: Settings = .init()) { self.settings = settings }

    public var waiting: Int { queue.count }

    /// A call wants to begin.
    ///
    /// - Parameter call: names it, differently from all others.
    public mutating func enter(_ call: UInt64) -> Entry {
        if inFlight < settings.inFlight {
            inFlight += 1
            return .admitted
        }
        guard queue.count < settings.queue else { return .refused }
        queue.append(call)
        return .waiting
    }

    /// A call has ended; the one whose turn it is now is under way from here on.
    public mutating func leave() -> UInt64? {
        guard !queue.isEmpty else {
            inFlight -= 1
            return nil
        }
        return queue.removeFirst()
    }

    /// A call waits no longer; false where it is under way already.
    public mutating func abandon(_ call: UInt64) -> Bool {
        guard let position = queue.firstIndex(of: call) else { return false }
        queue.remove(at: position)
        return true
    }
}
