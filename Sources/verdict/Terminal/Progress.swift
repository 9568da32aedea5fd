import Foundation
import Synchronization

/// How far something is that takes more than a second: a line on standard error that is replaced, where that is a terminal.
final class Progress: Sendable {
    private let description: @Sendable (_ done: Int, _ seconds: Int) -> String
    private let start = ContinuousClock.now
    private let state = Mutex((done: 0, isShown: false))
    private let ticker = Mutex<Task<Void, any Error>?>(nil)

    /// - Parameter noun: what is counted, such as `tests`.
    convenience init(of total: Int, _ noun: String) { self.init { done, _ in "\(done) of \(total) \(noun)" } }

    /// - Parameter work: what is done, such as `linting`.
    convenience init(doing work: String) { self.init { _, seconds in "\(work), \(seconds) s" } }

    private init(_ description: @escaping @Sendable (Int, Int) -> String) {
        self.description = description
        guard Terminal.error.isThere else { return }
        let task = Task { [weak self] in
            try await Task.sleep(for: .seconds(1))
            while !Task.isCancelled {
                self?.show()
                try await Task.sleep(for: .milliseconds(200))
            }
        }
        ticker.withLock { $0 = task }
    }

    private func show() {
        let seconds = Int((ContinuousClock.now - start).components.seconds)
        state.withLock { state in
            guard !Task.isCancelled else { return }
            state.isShown = true
            FileHandle.standardError.write(Data("\r\u{1B}[K\(description(state.done, seconds))".utf8))
        }
    }

    func advance() { state.withLock { $0.done += 1 } }

    /// Takes the line away.
    func end() {
        ticker.withLock { $0?.cancel() }
        state.withLock { state in
            if state.isShown { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
            state.isShown = false
        }
    }
}
