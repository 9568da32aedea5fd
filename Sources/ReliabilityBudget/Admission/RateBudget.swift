/// A limit of a caller's rate by the generic cell rate algorithm: one time is all that is kept of a caller.
///
/// Source: ITU-T I.371, GCRA as virtual scheduling.
public struct RateBudget: Sendable, Hashable {
    /// Between two requests of a steady caller.
    public let interval: Duration
    /// How far a caller may run ahead of the steady rate.
    public let tolerance: Duration

    /// - Parameters:
    ///   - perSecond: above 0.
    ///   - burst: requests that may come at once, at least 1.
    public init(perSecond: Double, burst: Int) {
        interval = .seconds(1) / perSecond
        tolerance = interval * Double(max(burst, 1) - 1)
    }

    /// The theoretical arrival time of a caller's next request; it only makes sense to its budget.
    public struct Cell: Sendable, Hashable {
        var expected: Duration = .zero

        public init() {}
    }

    /// How long a caller would have to wait for its next request to be within the budget; nil where it is now.
    public func wait(_ cell: Cell, at time: Duration) -> Duration? {
        let early = cell.expected - tolerance - time
        return early > .zero ? early : nil
    }

    /// Counts a request that is within the budget.
    public func spend(_ cell: inout Cell, at time: Duration) { cell.expected = max(cell.expected, time) + interval }
}

/// The cells of all callers of a budget. Callers choose what they are called, so their number has a limit; who has been still for long goes.
public struct RateBudgetCells: Sendable {
    private var cells: [String: RateBudget.Cell] = [:]
    private let budget: RateBudget
    private let limit: Int

    public init(_ budget: RateBudget, limit: Int = 100_000) {
        self.budget = budget
        self.limit = limit
    }

    public func wait(of caller: String, at time: Duration) -> Duration? { cells[caller].flatMap { budget.wait($0, at: time) } }

    public mutating func spend(of caller: String, at time: Duration) {
        if cells.count >= limit, cells[caller] == nil { forgetIdle(at: time) }
        budget.spend(&cells[caller, default: .init()], at: time)
    }

    /// A cell whose time has passed says nothing that a new one would not.
    private mutating func forgetIdle(at time: Duration) {
        cells = cells.filter { $0.value.expected > time }
        // All are busy: forgetting them is lenient once, and bounds the memory.
        if cells.count >= limit { cells.removeAll() }
    }
}
