import NIOCore
import NIOPosix
import Synchronization

/// Threads for what would keep an event loop from others for too long.
final class LongWork: Sendable {
    /// There is more to do than may wait.
    struct Overload: Error {
        var limit: Int
    }

    private let threads: NIOThreadPool
    private let waiting = Atomic<Int>(0)
    private let limit: Int

    /// - Parameter limit: pieces of work that may be waiting or under way.
    init(limit: Int, threadCount: Int) {
        threads = NIOThreadPool(numberOfThreads: threadCount)
        threads.start()
        self.limit = limit
    }

    /// Does a piece of work; the future completes on an event loop.
    ///
    /// It fails with `Overload` where the limit is reached.
    func run<Result: Sendable>(on eventLoop: any EventLoop, _ work: @escaping @Sendable () -> Result) -> EventLoopFuture<Result> {
        guard waiting.wrappingAdd(1, ordering: .relaxed).newValue <= limit else {
            waiting.wrappingSubtract(1, ordering: .relaxed)
            return eventLoop.makeFailedFuture(Overload(limit: limit))
        }
        return threads.runIfActive(eventLoop: eventLoop) { [self] in
            defer { waiting.wrappingSubtract(1, ordering: .relaxed) }
            return work()
        }
    }

    /// Takes no more work. What is under way goes on, but nobody waits for it: the server has given it its time already.
    func stop() { threads.shutdownGracefully { _ in } }
}
