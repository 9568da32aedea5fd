import Dispatch
import Synchronization

/// Work on as many threads as there are processors.
package enum Concurrently {
    /// The results of a transformation in the order of the elements, of which a thread takes some at a time.
    package static func map<Element: Sendable, Result: Sendable>(_ elements: [Element], takingUpTo count: Int = 1, _ transform: @Sendable (Element) -> Result) -> [Result] {
        guard elements.count > count else { return elements.map(transform) }
        let results = Mutex([[Result]](repeating: [], count: (elements.count + count - 1) / count))
        DispatchQueue.concurrentPerform(iterations: (elements.count + count - 1) / count) { number in
            let part = elements[(number * count)..<min((number + 1) * count, elements.count)].map(transform)
            results.withLock { $0[number] = part }
        }
        return results.withLock { $0 }.flatMap(\.self)
    }

    /// Does both, one after the other where they are too little for another thread.
    static func run(_ first: @Sendable () -> Void, _ second: @Sendable () -> Void, areSmall: Bool) {
        guard !areSmall else {
            first()
            second()
            return
        }
        DispatchQueue.concurrentPerform(iterations: 2) { $0 == 0 ? first() : second() }
    }
}
