import Dispatch
import Synchronization

/// Runs tasks on threads that may wait.
///
/// Swift's own threads are as many as there are cores: a few tasks that wait there, as a policy does for `http.send`, would keep all others
/// from running, also what they wait for. These threads become more when all of them wait.
public final class WaitingThreads: TaskExecutor {
    public static let shared = WaitingThreads()

    private let queue = DispatchQueue(label: "verdict.waiting", attributes: .concurrent)

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }

    /// Does asynchronous work and waits for its end. Never call it on an event loop.
    package static func wait<Result: Sendable>(for work: @escaping @Sendable () async -> Result) -> Result {
        let outcome = Outcome<Result>()
        Task(executorPreference: shared) { outcome.set(await work()) }
        return outcome.wait()
    }

    /// Carries a result from the task that has it to the thread that waits.
    private final class Outcome<Result: Sendable>: Sendable {
        private let value = Mutex<Result?>(nil)
        private let isThere = DispatchSemaphore(value: 0)

        func set(_ result: Result) {
            value.withLock { $0 = result }
            isThere.signal()
        }

        func wait() -> Result {
            while true {
                isThere.wait()
                if let result = value.withLock({ $0 }) { return result }
            }
        }
    }
}
