import Dispatch
import Foundation
import Rego
import Synchronization

/// Ctrl-C while a query is evaluated ends the query, and not the program.
final class Interruption {
    /// What the next Ctrl-C ends.
    private final class Current: Sendable {
        let cancellation = Mutex(Cancellation())
    }

    private let current = Current()
    private let source: any DispatchSourceSignal

    init() {
        signal(SIGINT, SIG_IGN)
        source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
        source.setEventHandler { [current] in current.cancellation.withLock { $0.cancel() } }
        source.activate()
    }

    deinit {
        source.cancel()
        signal(SIGINT, SIG_DFL)
    }

    /// A new one, for the next query.
    func cancellation() -> Cancellation {
        let new = Cancellation()
        current.cancellation.withLock { $0 = new }
        return new
    }
}
