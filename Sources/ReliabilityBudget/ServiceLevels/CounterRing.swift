/// Events of an indicator: how many there were, and how many of them were good.
public struct EventCounts: Sendable, Hashable {
    public var good: Int
    public var bad: Int

    public init(good: Int = 0, bad: Int = 0) {
        self.good = good
        self.bad = bad
    }

    public var total: Int { good + bad }

    /// The share of bad events; nil where there was none of either kind.
    public var badShare: Double? { total > 0 ? Double(bad) / Double(total) : nil }

    static func + (a: EventCounts, b: EventCounts) -> EventCounts { EventCounts(good: a.good + b.good, bad: a.bad + b.bad) }
    static func - (a: EventCounts, b: EventCounts) -> EventCounts { EventCounts(good: a.good - b.good, bad: a.bad - b.bad) }
}

/// Counts of the recent past in slots of equal length, the oldest overwritten by the newest: sums over windows that slide by slots.
///
/// Times are distances from any fixed moment, and do not go back.
public struct CounterRing: Sendable {
    public let slot: Duration
    private var slots: [EventCounts]
    /// The number of the slot that was written last, counted from the beginning of time.
    private var latest = 0

    /// - Parameters:
    ///   - slot: the length of one.
    ///   - span: the longest window that will be asked for.
    public init(slot: Duration, span: Duration) {
        self.slot = slot
        slots = Array(repeating: EventCounts(), count: Self.count(span, slot) + 1)
    }

    private static func count(_ span: Duration, _ slot: Duration) -> Int { max(1, Int((span / slot).rounded(.up))) }

    public mutating func add(_ counts: EventCounts, at time: Duration) {
        advance(to: time)
        slots[latest % slots.count] = slots[latest % slots.count] + counts
    }

    /// What was counted in a window that ends with the slot of a time.
    public mutating func sum(over window: Duration, at time: Duration) -> EventCounts {
        advance(to: time)
        let count = min(Self.count(window, slot), slots.count, latest + 1)
        return (0..<count).reduce(EventCounts()) { $0 + slots[(latest - $1) % slots.count] }
    }

    private mutating func advance(to time: Duration) {
        let number = max(latest, Int(time / slot))
        for skipped in 0..<min(number - latest, slots.count) { slots[(number - skipped) % slots.count] = EventCounts() }
        latest = number
    }
}
