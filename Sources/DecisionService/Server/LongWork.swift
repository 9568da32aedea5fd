import NIOCore
import NIOPosix
import ReliabilityBudget
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// Threads for what would keep an event loop from others for too long. What is most critical comes first.
final class LongWork: Sendable {
    /// There is more to do than may wait.
    struct Overload: Error {
        var limit: Int
    }

    /// The work has made room for what matters more.
    struct Displaced: Error {}

    /// A piece of work, or what is done instead.
    private struct Piece: Sendable {
        var work: @Sendable () -> Void
        var abandon: @Sendable (any Error) -> Void
    }

    private let threads: NIOThreadPool
    private let queue = Mutex(CriticalityQueue<Piece>())
    private let waiting = Atomic<Int>(0)
    private let limit: Int

    /// - Parameter limit: pieces of work that may be waiting or under way.
    init(limit: Int, threadCount: Int) {
        threads = NIOThreadPool(numberOfThreads: threadCount)
        threads.start()
        self.limit = limit
    }

    /// One thread for what nobody waits for: it gets the time that all others leave.
    static func inBackground(limit: Int) -> LongWork {
        let work = LongWork(limit: limit, threadCount: 1)
        #if canImport(Glibc)
        // On Linux that concerns the calling thread alone, and this pool has no other.
        work.threads.submit { _ in _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, Self.niceness) }
        #endif
        return work
    }

    private static let niceness: Int32 = 19

    /// Does a piece of work; the future completes on an event loop.
    ///
    /// It fails with `Overload` where the limit is reached, and with `Displaced` where it had to make room.
    func run<Result: Sendable>(on eventLoop: any EventLoop, for criticality: Criticality = .critical, _ work: @escaping @Sendable () -> Result) -> EventLoopFuture<Result> {
        guard waiting.wrappingAdd(1, ordering: .relaxed).newValue <= limit else {
            waiting.wrappingSubtract(1, ordering: .relaxed)
            return eventLoop.makeFailedFuture(Overload(limit: limit))
        }
        let promise = eventLoop.makePromise(of: Result.self)
        let piece = Piece { promise.succeed(work()) } abandon: { promise.fail($0) }
        queue.withLock { $0.append(piece, criticality) }
        // A turn for each piece: it takes the one that comes first then, if one is left.
        threads.submit { [self] state in
            defer { waiting.wrappingSubtract(1, ordering: .relaxed) }
            guard let piece = queue.withLock({ $0.popFirst() }) else { return }
            if case .active = state { piece.work() } else { piece.abandon(CancellationError()) }
        }
        return promise.futureResult
    }

    /// Takes away a piece that waits and matters less than work of a class.
    ///
    /// - Returns: whether there was one.
    func displace(below criticality: Criticality) -> Bool {
        guard let piece = queue.withLock({ $0.displace(below: criticality) }) else { return false }
        piece.abandon(Displaced())
        return true
    }

    /// Takes no more work. What is under way goes on, but nobody waits for it: the server has given it its time already.
    func stop() { threads.shutdownGracefully { _ in } }
}
