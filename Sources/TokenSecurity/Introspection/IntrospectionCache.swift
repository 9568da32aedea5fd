import Crypto
import Rego

/// What an issuer said about tokens, for a while. Bounded; a value without clock or lock.
struct IntrospectionCache: Sendable {
    enum Answer: Sendable, Hashable {
        case active(Value)
        case inactive
    }

    private struct Entry {
        var answer: Answer
        var end: Double
    }

    private var entries: [SHA256Digest: Entry] = [:]
    private let capacity: Int

    init(capacity: Int) { self.capacity = capacity }

    /// - Parameter now: seconds since 1970.
    func answer(about token: SHA256Digest, now: Double) -> Answer? { entries[token].flatMap { now < $0.end ? $0.answer : nil } }

    mutating func keep(_ answer: Answer, about token: SHA256Digest, until end: Double, now: Double) {
        if entries.count >= capacity, entries[token] == nil {
            entries = entries.filter { now < $0.value.end }
            // Whoever sends tokens chooses them: what is full is emptied, and issuers are asked again.
            if entries.count >= capacity { entries.removeAll() }
        }
        entries[token] = Entry(answer: answer, end: end)
    }
}
