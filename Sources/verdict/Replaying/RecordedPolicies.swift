import DataConsistency
import Rego
import Synchronization

/// The policies and data that were active at a time, as the event log has them; the last few are kept, and the next are made from them.
final class RecordedPolicies: Sendable {
    private struct Known: Sendable {
        var state: ProjectedState
        /// Nil where the policies do not compile.
        var snapshot: PolicySnapshot?
    }

    private let folder: EventLogFolder
    /// When the state changed.
    private let times: [(sequence: Int, time: Int64)]
    private let known = Mutex<[Known]>([])
    private static let kept = 8

    /// - Throws: `EventLogError` where the log cannot be read.
    init(_ folder: EventLogFolder) throws(EventLogError) {
        self.folder = folder
        times = try folder.times(of: .state)
    }

    /// Nil where the log does not reach back so far.
    ///
    /// - Parameter time: nanoseconds since 1970.
    @Sendable func snapshot(at time: Int64) -> PolicySnapshot? {
        guard let sequence = sequence(at: time) else { return nil }
        return known.withLock { known in
            if let entry = known.first(where: { $0.state.sequence == sequence }) { return entry.snapshot }
            let start = known.map(\.state).filter { $0.sequence < sequence }.max { $0.sequence < $1.sequence }
            guard let state = try? folder.state(at: .sequence(sequence), from: start)?.state else { return nil }
            let entry = Known(state: state, snapshot: Self.snapshot(of: state, known))
            known.append(entry)
            if known.count > Self.kept { known.removeFirst() }
            return entry.snapshot
        }
    }

    /// The last change that is not after a time.
    private func sequence(at time: Int64) -> Int? {
        var low = 0, high = times.count
        while low < high {
            let middle = (low + high) / 2
            if times[middle].time <= time { low = middle + 1 } else { high = middle }
        }
        return low > 0 ? times[low - 1].sequence : nil
    }

    /// Policies that did not change are not compiled again.
    private static func snapshot(of state: ProjectedState, _ known: [Known]) -> PolicySnapshot? {
        let data = DataSource.snapshot(state.current.data)
        let same = known.last { StateDifference.policies(from: $0.state.current.policies, to: state.current.policies).isEmpty }
        if let snapshot = same?.snapshot { return try? snapshot.replacing(data: data) }
        return try? PolicySnapshot(policies: state.current.policies.values.sorted { $0.file < $1.file }, data: data)
    }
}
