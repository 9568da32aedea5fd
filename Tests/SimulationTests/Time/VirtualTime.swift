import FaultInjection
import Foundation
import Synchronization

/// The time of a simulation: it stands still while something happens, and then jumps to what happens next.
///
/// Everything runs on the thread that calls `run`: what was scheduled in the order of its time, and the tasks of production code, of which this is the
/// executor, in the order in which they become ready. So a seed has one history.
final class VirtualTime: TaskExecutor, TimeAndChance {
    private struct Due {
        var time: Duration
        /// Of what is due at one time, what was scheduled first comes first.
        var number: Int
        var function: @Sendable () -> Void
    }

    private struct State {
        var now = Duration.zero
        /// The next one last.
        var schedule: [Due] = []
        var count = 0
        var ready: [UnownedJob] = []
        /// Those that have not ended.
        var tasks = 0
        var sleeping: [Int: CheckedContinuation<Void, any Error>] = [:]
        var random: SeededRandom
    }

    private let state: Mutex<State>
    private static let origin = ContinuousClock.now
    /// Seconds since 1970 at which simulations begin.
    static let epoch = 1_800_000_000

    init(seed: UInt64) { state = Mutex(State(random: SeededRandom(seed: seed, stream: "production"))) }

    /// Since the simulation began.
    var elapsed: Duration { state.withLock { $0.now } }

    /// Nanoseconds since 1970.
    var wall: Int64 { Int64(Self.epoch) * 1_000_000_000 + Int64(elapsed / .nanoseconds(1)) }

    // MARK: Running

    /// Lets time pass.
    ///
    /// - Parameter step: called after whatever happened.
    func run(until end: Duration, after step: () -> Void = {}) {
        repeat {
            while let job = nextJob() {
                job.runSynchronously(on: asUnownedTaskExecutor())
                step()
            }
            guard let due = nextDue(until: end) else { break }
            due()
            step()
        } while true
        state.withLock { $0.now = max($0.now, end) }
    }

    private func nextJob() -> UnownedJob? { state.withLock { $0.ready.isEmpty ? nil : $0.ready.removeFirst() } }

    private func nextDue(until end: Duration) -> (@Sendable () -> Void)? {
        state.withLock { state in
            guard let due = state.schedule.last, due.time <= end else { return nil }
            state.schedule.removeLast()
            state.now = due.time
            return due.function
        }
    }

    /// Begins a task of production code.
    @discardableResult
    func start(_ work: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
        state.withLock { $0.tasks += 1 }
        return Task(executorPreference: self) { [self] in
            await work()
            state.withLock { $0.tasks -= 1 }
        }
    }

    /// Lets tasks that were cancelled end, and forgets what is still to happen.
    ///
    /// Their ends alone do not all come from here: `ServiceLifecycle` lets go of a cancelled task from a thread of its own. Nothing of the history does.
    func stop() {
        for _ in 0..<Self.patience where state.withLock({ $0.tasks > 0 }) {
            run(until: elapsed)
            usleep(50)
        }
        state.withLock { $0.schedule = [] }
    }

    private static let patience = 1000

    // MARK: TaskExecutor

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { $0.ready.append(job) }
    }

    // MARK: TimeAndChance

    var now: ContinuousClock.Instant { Self.origin + elapsed }

    func number() -> UInt64 { state.withLock { $0.random.next() } }

    func call(after duration: Duration, _ function: @escaping @Sendable () -> Void) {
        state.withLock { state in
            state.count += 1
            let due = Due(time: state.now + max(duration, .zero), number: state.count, function: function)
            let position = state.schedule.lastIndex { ($0.time, $0.number) > (due.time, due.number) }.map { $0 + 1 } ?? 0
            state.schedule.insert(due, at: position)
        }
    }

    func sleep(for duration: Duration) async throws {
        let sleeper = state.withLock { state in
            state.count += 1
            return state.count
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                guard !Task.isCancelled else { return continuation.resume(throwing: CancellationError()) }
                state.withLock { $0.sleeping[sleeper] = continuation }
                call(after: duration) { [self] in wake(sleeper)?.resume() }
            }
        } onCancel: {
            wake(sleeper)?.resume(throwing: CancellationError())
        }
    }

    private func wake(_ sleeper: Int) -> CheckedContinuation<Void, any Error>? { state.withLock { $0.sleeping.removeValue(forKey: sleeper) } }
}
