import Crypto
import Rego

/// Requests that a revision of the policies let pass, for a while. Refusals are never kept. Bounded; a value without clock or lock.
struct AllowedAnswers: Sendable {
    private struct Entry {
        var decision: AccessDecision
        var end: ContinuousClock.Instant
    }

    private var revision: String?
    private var entries: [SHA256Digest: Entry] = [:]
    private let capacity: Int

    init(capacity: Int) { self.capacity = capacity }

    var count: Int { entries.count }

    /// - Parameter current: the revision that decides now; nil where that is not known without asking.
    func decision(about request: SHA256Digest, current: String?, at now: ContinuousClock.Instant) -> AccessDecision? {
        if let current, current != revision { return nil }
        return entries[request].flatMap { now < $0.end ? $0.decision : nil }
    }

    /// Notes which revision decided; what others decided counts no more.
    mutating func take(_ revision: String?) {
        guard revision != self.revision else { return }
        self.revision = revision
        entries.removeAll()
    }

    /// Keeps a decision of the revision that was noted last. An answer without a revision is never kept: nobody could tell when it ends.
    mutating func keep(_ decision: AccessDecision, about request: SHA256Digest, of revision: String?, until end: ContinuousClock.Instant, at now: ContinuousClock.Instant) {
        guard decision.isAllowed, let revision, revision == self.revision else { return }
        if entries.count >= capacity, entries[request] == nil {
            entries = entries.filter { now < $0.value.end }
            if entries.count >= capacity { entries.removeAll() }
        }
        entries[request] = Entry(decision: decision, end: end)
    }
}
