/// How much work may be under way at a time, found from how long it takes: while more of it makes each piece slower, there is too much.
///
/// Source: Netflix concurrency-limits, Gradient2.
public struct ConcurrencyLimit: Sendable, Hashable {
    public struct Settings: Sendable, Hashable {
        public var initial = 256
        public var minimum = 64
        public var maximum = 1024
        /// How many times longer than usual work may take before the limit falls.
        public var tolerance = 2.0
        /// How much of a new limit is taken at once.
        public var smoothing = 0.2
        /// Pieces of work over which the usual duration is averaged.
        public var memory = 600.0

        public init() {}
    }

    /// The share of the limit that each class may fill, lowest class first, so that lower ones leave room for higher ones.
    public static let shares: [Criticality: Double] = [.sheddable: 0.5, .sheddablePlus: 0.75, .critical: 0.9, .criticalPlus: 1]

    private let settings: Settings
    private var estimate: Double
    /// The usual duration in seconds; nil before the first piece of work.
    private var usual: Double?
    public private(set) var underWay = 0

    public init(_ settings: Settings = .init()) {
        self.settings = settings
        estimate = Double(min(max(settings.initial, settings.minimum), settings.maximum))
    }

    public var limit: Int { Int(estimate) }

    /// How much of a class may be under way, all classes counted; at least one piece, so that none is shut out when nothing is going on.
    public func limit(for criticality: Criticality) -> Int { max(1, Int((estimate * (Self.shares[criticality] ?? 1)).rounded(.up))) }

    /// Whether a piece of work may begin, which is then counted.
    public mutating func begin(_ criticality: Criticality) -> Bool {
        guard underWay < limit(for: criticality) else { return false }
        underWay += 1
        return true
    }

    /// Work begins in the place of other work that was displaced and ends by itself.
    public mutating func replace() { underWay += 1 }

    /// Work has ended.
    ///
    /// - Parameter duration: from when it began; nil where it says nothing, as for work that was given up.
    public mutating func end(after duration: Duration?) {
        let load = underWay
        underWay = max(0, underWay - 1)
        guard let seconds = duration.map({ $0 / .seconds(1) }), seconds > 0 else { return }
        let usual = usual.map { $0 + (seconds - $0) / settings.memory } ?? seconds
        // After a slow time the average is too high, and would hold the limit up: it comes down faster than it went up.
        self.usual = usual > 2 * seconds ? usual * 0.95 : usual
        // Where the limit is not used it says nothing.
        guard Double(load) >= estimate / 2 else { return }
        let gradient = min(1, max(0.5, settings.tolerance * usual / seconds))
        let wanted = estimate * gradient + estimate.squareRoot()
        estimate = min(max(estimate + (wanted - estimate) * settings.smoothing, Double(settings.minimum)), Double(settings.maximum))
    }
}
