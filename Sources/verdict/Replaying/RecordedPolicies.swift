import DataConsistency
import Rego
import Synchronization

/// The policies and data that were active at a time, as the event log has them; the last few are kept.
final class RecordedPolicies: Sendable {
    private let folder: EventLogFolder
    private let known = Mutex<[(sequence: Int, snapshot: PolicySnapshot?)]>([])
    private static let kept = 8

    init(_ folder: EventLogFolder) { self.folder = folder }

    /// Nil where the log does not reach back so far.
    ///
    /// - Parameter time: nanoseconds since 1970.
    @Sendable func snapshot(at time: Int64) -> PolicySnapshot? {
        guard let sequence = try? folder.lastState(before: time), sequence > 0 else { return nil }
        return known.withLock { known in
            if let entry = known.first(where: { $0.sequence == sequence }) { return entry.snapshot }
            let state = try? folder.state(at: .sequence(sequence))?.state
            let made = state.flatMap { state in
                try? PolicySnapshot(policies: state.current.policies.values.sorted { $0.file < $1.file }, data: .snapshot(state.current.data))
            }
            known.append((sequence, made))
            if known.count > Self.kept { known.removeFirst() }
            return made
        }
    }
}
