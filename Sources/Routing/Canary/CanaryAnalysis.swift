/// Whether a canary does as well as the revision beside it: by how often it decides otherwise, fails, and how long it takes.
///
/// A value without clock, lock or socket. A share counts as too large only where chance does not explain it, and then after few decisions.
public struct CanaryAnalysis: Sendable {
    public struct Settings: Sendable, Hashable {
        /// Decisions, and comparisons, before anything is said.
        public var minimumDecisions = 20
        /// Of the decisions that both made.
        public var maximumDifferenceShare = 0.01
        /// Of the canary's own decisions, beyond the stable revision's share.
        public var maximumErrorShare = 0.01
        /// Of the mean time of the same decisions.
        public var maximumLatencyFactor = 5.0
        /// What is quicker than this is quick enough.
        public var latencyFloor: Duration = .milliseconds(2)

        public init() {}
    }

    public enum Verdict: Sendable, Hashable {
        /// Too little is known.
        case undecided
        case healthy
        case failed(String)
    }

    public let settings: Settings
    public private(set) var compared = 0
    public private(set) var different = 0
    /// Only the canary failed.
    public private(set) var failed = 0
    private var ownTime = Duration.zero
    private var otherTime = Duration.zero

    public init(_ settings: Settings = .init()) { self.settings = settings }

    public enum Outcome: String, Sendable, CaseIterable {
        case same, different
        /// Only the canary has no answer.
        case failed
    }

    /// Notes what both revisions said about one request.
    ///
    /// - Parameters:
    ///   - own: how long the canary took.
    ///   - other: how long the stable revision took.
    public mutating func record(_ outcome: Outcome, own: Duration, other: Duration) {
        compared += 1
        switch outcome {
        case .same: break
        case .different: different += 1
        case .failed: failed += 1
        }
        ownTime += own
        otherTime += other
    }

    public var verdict: Verdict {
        guard compared >= settings.minimumDecisions else { return .undecided }
        if Self.lowerBound(different, of: compared) > settings.maximumDifferenceShare { return .failed("\(different) of \(compared) decisions differ") }
        if Self.lowerBound(failed, of: compared) > settings.maximumErrorShare { return .failed("\(failed) of \(compared) decisions fail that do not without it") }
        let mean = ownTime / compared
        if compared >= 5 * settings.minimumDecisions, mean > settings.latencyFloor, ownTime / .seconds(1) > settings.maximumLatencyFactor * (otherTime / .seconds(1)) {
            return .failed("it takes \(((ownTime / otherTime) * 10).rounded() / 10) times as long")
        }
        return .healthy
    }

    /// The smallest share that explains what was seen, with 99 % confidence (Wilson's score interval).
    private static func lowerBound(_ count: Int, of all: Int) -> Double {
        guard count > 0 else { return 0 }
        let z = 2.33, n = Double(all), share = Double(count) / n
        let middle = share + z * z / (2 * n), spread = z * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
        return (middle - spread) / (1 + z * z / n)
    }
}
