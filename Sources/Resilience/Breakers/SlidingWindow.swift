/// The last calls: at most so many, and none older than so long.
struct SlidingWindow: Sendable {
    private struct Call {
        var time: ContinuousClock.Instant
        var isFailed: Bool
        var isSlow: Bool
    }

    private let capacity: Int
    private let span: Duration
    private var calls: [Call] = []
    private var first = 0
    private(set) var failed = 0
    private(set) var slow = 0

    init(capacity: Int, span: Duration) {
        self.capacity = capacity
        self.span = span
    }

    var count: Int { calls.count - first }

    mutating func record(isFailed: Bool, isSlow: Bool, at now: ContinuousClock.Instant) {
        calls.append(Call(time: now, isFailed: isFailed, isSlow: isSlow))
        failed += isFailed ? 1 : 0
        slow += isSlow ? 1 : 0
        expire(at: now)
        while count > capacity { dropFirst() }
    }

    /// The last call that counted as good was not.
    mutating func failLast() {
        guard let index = calls.indices.last(where: { $0 >= first && !calls[$0].isFailed }) else { return }
        calls[index].isFailed = true
        failed += 1
    }

    mutating func expire(at now: ContinuousClock.Instant) {
        while first < calls.count, now - calls[first].time > span { dropFirst() }
    }

    private mutating func dropFirst() {
        failed -= calls[first].isFailed ? 1 : 0
        slow -= calls[first].isSlow ? 1 : 0
        first += 1
        guard first > capacity else { return }
        calls.removeFirst(first)
        first = 0
    }

    mutating func removeAll() { self = SlidingWindow(capacity: capacity, span: span) }
}
