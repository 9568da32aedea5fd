import Foundation
import Lint
import Rego
import Synchronization

/// Does one thing after the other on a thread of its own, and puts what came of it into the server's queue.
final class BackgroundWork: Sendable {
    /// What came of work.
    enum Result: Sendable {
        case compilation(root: String?, Compilation.Outcome)
        /// What the linter found in a version of a document.
        case findings(root: String?, DocumentPath, version: Int?, [Finding])
        case answer(RequestIdentifier, Swift.Result<Answer, RequestError>)
    }

    /// What a request is answered, and what the client's user is shown of it.
    struct Answer: Sendable {
        var document: Value
        var message: String?
    }

    typealias Work = @Sendable () -> Result

    private let queue: EventQueue
    private let waiting = Mutex<[Work]>([])
    private let arrived = DispatchSemaphore(value: 0)

    /// The stack that parsing and compiling the deepest policies need.
    static let stackSize = 32 << 20

    init(reportingTo queue: EventQueue) {
        self.queue = queue
        let thread = Thread { [self] in
            while true {
                arrived.wait()
                guard let work = waiting.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else { continue }
                queue.add(.finished(work()))
            }
        }
        thread.stackSize = Self.stackSize
        thread.start()
    }

    func add(_ work: @escaping Work) {
        waiting.withLock { $0.append(work) }
        arrived.signal()
    }
}
