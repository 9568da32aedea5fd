import Foundation
import Synchronization

/// Does the same with many things, some at a time.
enum Workers {
    /// As much stack as the main thread has, so that what recurses deeply ends alike wherever it runs.
    private static let stackSize = 8 << 20

    /// The results in the order of what they are made of.
    static func map<Element: Sendable, Result: Sendable>(_ elements: [Element], workers: Int, _ transform: @escaping @Sendable (Element) -> Result) -> [Result] {
        let count = min(workers, elements.count)
        guard count > 1 else { return elements.map(transform) }
        let state = Shared<Result>(count: elements.count)
        let group = DispatchGroup()
        for _ in 0..<count {
            group.enter()
            let thread = Thread {
                while let position = state.next() { state.keep(transform(elements[position]), at: position) }
                group.leave()
            }
            thread.stackSize = stackSize
            thread.start()
        }
        group.wait()
        return state.results
    }

    private final class Shared<Result: Sendable>: Sendable {
        private let state: Mutex<(next: Int, results: [Result?])>

        init(count: Int) { state = Mutex((0, [Result?](repeating: nil, count: count))) }

        func next() -> Int? {
            state.withLock { state in
                guard state.next < state.results.count else { return nil }
                state.next += 1
                return state.next - 1
            }
        }

        func keep(_ result: Result, at position: Int) { state.withLock { $0.results[position] = result } }

        var results: [Result] { state.withLock { $0.results.compactMap(\.self) } }
    }
}
