import Foundation
import Synchronization

/// How far something is that takes more than a second: a line on standard error that is replaced, where that is a terminal.
final class Progress: Sendable {
    private let total: Int
    private let noun: String
    private let isShown: Bool
    private let start = ContinuousClock.now
    private let state = Mutex((done: 0, shown: ContinuousClock.Instant?.none))

    /// - Parameter noun: what is counted, such as `tests`.
    init(of total: Int, _ noun: String) {
        self.total = total
        self.noun = noun
        isShown = Terminal.error.isThere
    }

    func advance() {
        guard isShown else { return }
        let now = ContinuousClock.now
        state.withLock { state in
            state.done += 1
            guard now - start > .seconds(1), state.shown.map({ now - $0 > .milliseconds(100) }) ?? true else { return }
            state.shown = now
            FileHandle.standardError.write(Data("\r\(state.done) of \(total) \(noun)".utf8))
        }
    }

    /// Takes the line away.
    func end() {
        state.withLock { state in
            if state.shown != nil { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
            state.shown = nil
        }
    }
}
