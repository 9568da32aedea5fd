/// Answers that may be given again for a while, where a route says so. Bounded; a value without clock or lock.
public struct KeptAnswers<Key: Hashable & Sendable, Answer: Sendable>: Sendable {
    private struct Entry {
        var answer: Answer
        var made: ContinuousClock.Instant
    }

    private var entries: [Key: Entry] = [:]
    private let capacity: Int

    public init(capacity: Int) { self.capacity = capacity }

    public var count: Int { entries.count }

    /// An answer that is young enough, and how old it is.
    public func answer(_ key: Key, maximumAge: Duration, at now: ContinuousClock.Instant) -> (answer: Answer, age: Duration)? {
        guard let entry = entries[key], case let age = now - entry.made, age < maximumAge else { return nil }
        return (entry.answer, age)
    }

    public mutating func keep(_ answer: Answer, for key: Key, at now: ContinuousClock.Instant) {
        if entries.count >= capacity, entries[key] == nil { entries.removeAll() }
        entries[key] = Entry(answer: answer, made: now)
    }
}
