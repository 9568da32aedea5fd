import Synchronization

/// Elements on their way from threads that must not wait to one task that works on them: bounded, and what does not fit is refused.
public final class BoundedQueue<Element: Sendable>: Sendable {
    @usableFromInline
    struct State {
        @usableFromInline var elements: [Element] = []
        @usableFromInline var cost = 0
        @usableFromInline var isClosed = false
        @usableFromInline var consumer: CheckedContinuation<Void, Never>?
    }

    @usableFromInline let state = Mutex(State())
    @usableFromInline let limit: Int
    @usableFromInline let cost: @Sendable (Element) -> Int
    /// An array that once grew beyond this is given back, not kept for the next elements.
    @usableFromInline static var keptCapacity: Int { 4096 }

    /// - Parameters:
    ///   - limit: what waiting elements may cost together.
    ///   - cost: what one costs, such as its bytes; 1 by default, so that the limit counts elements.
    public init(limit: Int, cost: @escaping @Sendable (Element) -> Int = { _ in 1 }) {
        self.limit = limit
        self.cost = cost
    }

    /// Adds an element unless the queue is full or closed; false then. An element is always taken by an empty queue.
    @inlinable
    public func append(_ element: Element) -> Bool {
        let cost = cost(element)
        let (isTaken, consumer) = state.withLock { state -> (Bool, CheckedContinuation<Void, Never>?) in
            guard !state.isClosed, state.cost + cost <= limit || state.elements.isEmpty else { return (false, nil) }
            state.elements.append(element)
            state.cost += cost
            return (true, state.consumer.take())
        }
        consumer?.resume()
        return isTaken
    }

    /// Waits for elements and takes all that are there; nil once the queue is empty, and closed or its task cancelled.
    ///
    /// Only one task may wait at a time. Another may go on where a cancelled one ended.
    @inlinable
    public func next() async -> [Element]? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    guard state.elements.isEmpty, !state.isClosed, !Task.isCancelled else { return true }
                    state.consumer = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.consumer.take() }?.resume()
        }
        return state.withLock { state in
            guard !state.elements.isEmpty else { return state.isClosed || Task.isCancelled ? nil : [] }
            let elements = state.elements
            state.elements = []
            if elements.count < Self.keptCapacity { state.elements.reserveCapacity(elements.count) }
            state.cost = 0
            return elements
        }
    }

    /// Takes no more elements; those that wait are still given out.
    public func close() {
        let consumer = state.withLock { state in
            state.isClosed = true
            return state.consumer.take()
        }
        consumer?.resume()
    }

    public var isClosed: Bool { state.withLock { $0.isClosed } }
}
