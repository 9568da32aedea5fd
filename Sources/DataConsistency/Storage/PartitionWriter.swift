import Dispatch
import Foundation
import Observability
import Synchronization

/// The thread that appends to a partition: it gathers what comes in together, writes it, and tells those who asked.
final class PartitionWriter: Sendable {
    typealias Completion = @Sendable (Result<[Event], EventLogError>) -> Void

    private struct Waiting {
        var request: Partition.Request
        var completion: Completion
    }

    private struct State {
        var waiting: [Waiting] = []
        var bytes = 0
        var commit: GroupCommit
        var isClosed = false
    }

    let partition: Partition
    private let state: Mutex<State>
    private let hasThread = Atomic<Bool>(false)
    private let signal = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)
    private let byteLimit: Int
    /// Called after each commit.
    private let didAppend: @Sendable () -> Void

    init(_ partition: Partition, _ settings: GroupCommit.Settings, byteLimit: Int = 64 << 20, didAppend: @escaping @Sendable () -> Void) {
        self.partition = partition
        self.byteLimit = byteLimit
        self.didAppend = didAppend
        state = Mutex(State(commit: GroupCommit(settings)))
    }

    func start() {
        hasThread.store(true, ordering: .relaxed)
        let thread = Thread { [self] in
            run()
            ended.signal()
        }
        thread.name = "events \(partition.name.rawValue)"
        thread.start()
    }

    func submit(_ request: Partition.Request, completion: @escaping Completion) {
        let size = request.drafts.reduce(0) { $0 + $1.size }
        let refusal = state.withLock { state -> EventLogError? in
            guard !state.isClosed else { return EventLogError(.closed, "the event log was closed") }
            guard state.waiting.isEmpty || state.bytes + size <= byteLimit else {
                return EventLogError(.overloaded, "\(state.bytes) bytes of events wait to be written, and no more than \(byteLimit) may")
            }
            state.waiting.append(Waiting(request: request, completion: completion))
            state.bytes += size
            // A request without events has the files looked at.
            state.commit.add(max(1, request.drafts.count))
            return nil
        }
        if let refusal { completion(.failure(refusal)) } else { signal.signal() }
    }

    /// Writes what waits, and ends the thread.
    func close() {
        let wasOpen = state.withLock { state in
            defer { state.isClosed = true }
            return !state.isClosed
        }
        guard wasOpen else { return }
        guard hasThread.load(ordering: .relaxed) else {
            while step(at: ProcessTime.now) == .commit {}
            return
        }
        signal.signal()
        ended.wait()
    }

    private func run() {
        while true {
            switch step(at: ProcessTime.now) {
            case .idle where state.withLock({ $0.isClosed && $0.waiting.isEmpty }): return
            case .idle: signal.wait()
            case .wait(let duration): _ = signal.wait(timeout: .now() + duration / .seconds(1))
            case .commit: continue
            }
        }
    }

    /// Writes what waits, where it is due.
    ///
    /// - Returns: `commit` where something was written, and there may be more; else when there will be.
    func step(at now: Duration) -> GroupCommit.Step {
        let (step, due) = state.withLock { state -> (GroupCommit.Step, [Waiting]) in
            let step = state.isClosed && !state.waiting.isEmpty ? .commit : state.commit.next(at: now)
            guard step == .commit else { return (step, []) }
            defer {
                state.waiting = []
                state.bytes = 0
                state.commit.committed(at: now)
            }
            return (step, state.waiting)
        }
        if step == .commit { commit(due) }
        return step
    }

    private func commit(_ waiting: [Waiting]) {
        let results = partition.append(waiting.map(\.request))
        for (waiting, result) in zip(waiting, results) { waiting.completion(result) }
        didAppend()
    }
}
