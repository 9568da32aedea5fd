/// What to give up as memory runs short: first what can be made again, then requests.
///
/// A value: it is told how much is used, and answers when the answer changes. A level is left only well below where it was entered, so that
/// it does not flutter.
public struct MemoryPressure: Sendable, Hashable {
    public enum Level: Int, Sendable, Comparable {
        case normal, shrinking, shedding

        public static func < (a: Level, b: Level) -> Bool { a.rawValue < b.rawValue }
    }

    /// Shares of the limit from which on caches are emptied, and requests turned away.
    private let shrink: Double
    private let shed: Double
    private static let hysteresis = 0.05
    public private(set) var level = Level.normal

    public init(shrink: Double = 0.8, shed: Double = 0.9) {
        self.shrink = shrink
        self.shed = shed
    }

    /// - Parameter share: of the limit that is used.
    /// - Returns: the new level; nil where it stays.
    public mutating func observe(_ share: Double) -> Level? {
        func enters(_ bound: Double, _ level: Level) -> Bool { share >= (self.level >= level ? bound - Self.hysteresis : bound) }
        let next: Level = enters(shed, .shedding) ? .shedding : enters(shrink, .shrinking) ? .shrinking : .normal
        guard next != level else { return nil }
        level = next
        return next
    }
}
