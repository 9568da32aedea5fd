/// Whether the queue of a class stands: CoDel's view of how long work has waited when its turn comes.
///
/// A queue that empties now and then is a burst, and good; one in which everything waits longer than the target for a whole interval only makes
/// all late. Then the lower classes are dropped at their turn; critical work only where it has waited so long that hardly anybody still waits for
/// it, and then by CoDel's law, more and more often, until waits are shorter.
///
/// Source: RFC 8289.
public struct QueueDelay: Sendable, Hashable {
    public let target: Duration
    public let interval: Duration
    /// Until when a wait may stay above the target.
    private var deadline: Duration?
    private var isStanding = false
    private var drops = 0
    private var nextDrop = Duration.zero
    /// How many times the target critical work waits before it may be dropped.
    private static let patience = 20

    public init(target: Duration = .milliseconds(250), interval: Duration = .seconds(2)) {
        self.target = target
        self.interval = interval
    }

    /// Whether work whose turn has come is dropped instead of done.
    public mutating func drops(_ criticality: Criticality, waited: Duration, at time: Duration) -> Bool {
        guard waited > target else {
            deadline = nil
            isStanding = false
            return false
        }
        guard let deadline else {
            self.deadline = time + interval
            return false
        }
        if !isStanding, time >= deadline {
            isStanding = true
            drops = 0
            nextDrop = time + interval
        }
        guard isStanding else { return false }
        switch criticality {
        case .sheddable, .sheddablePlus: return true
        case .criticalPlus: return false
        case .critical:
            guard waited > target * Self.patience, time >= nextDrop else { return false }
            drops += 1
            nextDrop = time + interval / Double(drops + 1).squareRoot()
            return true
        }
    }
}
