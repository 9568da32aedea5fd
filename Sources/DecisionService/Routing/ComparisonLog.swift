import Rego
import Routing
import Synchronization

/// How often revisions decide otherwise than the active policies, and where.
final class ComparisonLog: Sendable {
    /// A decision that differs.
    struct Sample: Sendable {
        var revision: String
        var path: String
        /// Results as JSON, cut off; nil where there is none.
        var stable: String?
        var candidate: String?
        /// Seconds since 1970.
        var time: Double
    }

    enum Outcome: String, Sendable, CaseIterable {
        case same, different, failed
        /// There was no room to wait, or one of them would have had to wait for others.
        case skipped
    }

    private struct State {
        var counts: [String: [Outcome: Int]] = [:]
        var samples: [Sample] = []
    }

    private let state = Mutex(State())
    private static let limit = 32
    static let resultLimit = 512

    func count(_ outcome: Outcome, of revision: String) { state.withLock { $0.counts[revision, default: [:]][outcome, default: 0] += 1 } }

    func keep(_ sample: Sample) {
        state.withLock { state in
            if state.samples.count >= Self.limit { state.samples.removeFirst() }
            state.samples.append(sample)
        }
    }

    var counts: [String: [Outcome: Int]] { state.withLock { $0.counts } }

    /// The oldest first.
    var samples: [Sample] { state.withLock { $0.samples } }
}
