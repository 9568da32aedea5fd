/// How often a literal or a rule was reached, and how that went.
public struct LiteralOutcomes: Sendable, Hashable {
    /// How often it was evaluated; for a rule, how often it was true.
    public private(set) var reached = 0
    /// How often it had a solution.
    public private(set) var held = 0
    /// How often it had none, or the decision tree left its rule out because of it.
    public private(set) var failed = 0
    private var isHolding = false

    public init() {}

    mutating func add(_ moment: Observer.Moment) {
        switch moment {
        case .evaluate, .exit:
            reached += 1
            isHolding = false
        case .hold:
            if !isHolding { held += 1 }
            isHolding = true
        case .fail: if !isHolding { failed += 1 }
        case .enter, .redo: break
        }
    }

    mutating func addFailures(_ count: Int) { failed += count }

    public static func + (a: LiteralOutcomes, b: LiteralOutcomes) -> LiteralOutcomes {
        var sum = a
        sum.reached += b.reached
        sum.held += b.held
        sum.failed += b.failed
        return sum
    }
}
