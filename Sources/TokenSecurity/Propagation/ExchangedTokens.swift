import Crypto

/// Tokens that were had in exchange for others, each until shortly before its end. Bounded; a value without clock or lock.
struct ExchangedTokens: Sendable {
    struct Key: Hashable, Sendable {
        var subject: SHA256Digest
        var audience: String
        var scopes: TokenScopes
    }

    private struct Entry {
        var token: Secret
        var end: Double
    }

    private var entries: [Key: Entry] = [:]
    private let capacity: Int
    /// A token is not used when it ends within so many seconds.
    static let margin = 5.0

    init(capacity: Int) { self.capacity = capacity }

    var count: Int { entries.count }

    /// - Parameter now: seconds since 1970.
    func token(for key: Key, now: Double) -> Secret? { entries[key].flatMap { now + Self.margin < $0.end ? $0.token : nil } }

    mutating func keep(_ token: Secret, for key: Key, until end: Double, now: Double) {
        guard now + Self.margin < end else { return }
        if entries.count >= capacity {
            entries = entries.filter { now + Self.margin < $0.value.end }
            if entries.count >= capacity { entries.removeAll() }
        }
        entries[key] = Entry(token: token, end: end)
    }

    mutating func forget(_ key: Key) { entries[key] = nil }
}
