import Crypto

/// What was used within a time, so that it is not accepted twice. Bounded: where it is full, nothing new is accepted.
///
/// A value without clock or lock. It keeps two generations; each lives as long as a proof can be accepted, so that none is forgotten too early.
struct ReplayCache: Sendable {
    enum Outcome: Sendable {
        case new
        case replayed
        /// There are more than are kept; who refuses then is safe.
        case full
    }

    private let lifetime: Double
    private let capacity: Int
    private var current: Set<SHA256Digest> = []
    private var previous: Set<SHA256Digest> = []
    private var began = -Double.infinity

    /// - Parameters:
    ///   - lifetime: seconds for which one must be remembered at least.
    ///   - capacity: how many are remembered at most.
    init(lifetime: Double, capacity: Int) {
        self.lifetime = lifetime
        self.capacity = capacity
    }

    var count: Int { current.count + previous.count }

    /// - Parameter now: seconds, of any clock that does not go back.
    mutating func insert(_ identifier: SHA256Digest, now: Double) -> Outcome {
        if now - began >= lifetime {
            previous = now - began >= 2 * lifetime ? [] : current
            current = []
            began = now
        }
        guard !current.contains(identifier), !previous.contains(identifier) else { return .replayed }
        guard count < capacity else { return .full }
        current.insert(identifier)
        return .new
    }
}
