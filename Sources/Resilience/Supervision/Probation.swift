/// Whether a new version of something does as well as it should, judged by what it does in its first time.
///
/// A share of errors that the version before had too is not held against it: only more than twice that is.
///
/// A value without clock: the caller brings counts and times.
public struct Probation: Sendable, Hashable {
    public struct Settings: Sendable, Hashable {
        /// From how many on the shares mean something.
        public var decisions = 200
        /// How long a new version is watched.
        public var window: Duration = .seconds(60)
        /// The share of errors that is borne.
        public var errorShare = 0.02
        /// The share of exhausted budgets that is borne.
        public var exhaustionShare = 0.01

        public init() {}
    }

    /// What happened since any fixed moment.
    public struct Counts: Sendable, Hashable {
        public var decisions: Int
        public var errors: Int
        /// Errors that are exhausted budgets.
        public var exhausted: Int

        public init(decisions: Int = 0, errors: Int = 0, exhausted: Int = 0) {
            self.decisions = decisions
            self.errors = errors
            self.exhausted = exhausted
        }
    }

    public enum Verdict: Sendable, Hashable {
        case undecided
        case passed
        case failed(reason: String)
    }

    private let settings: Settings
    private let start: Duration
    private let before: Counts
    private let usual: Counts
    private static let growth = 2.0

    /// - Parameters:
    ///   - counts: at the start.
    ///   - usual: what happened under the version before.
    public init(_ settings: Settings, from start: Duration, counts: Counts, usual: Counts = .init()) {
        self.settings = settings
        self.start = start
        before = counts
        self.usual = usual
    }

    public func verdict(_ counts: Counts, at time: Duration) -> Verdict {
        let decisions = counts.decisions - before.decisions
        if decisions >= max(settings.decisions, 1) {
            let exhausted = counts.exhausted - before.exhausted, errors = counts.errors - before.errors
            if exceeds(exhausted, of: decisions, settings.exhaustionShare, usual.exhausted) { return .failed(reason: "\(exhausted) of \(decisions) decisions exhausted their budget") }
            if exceeds(errors, of: decisions, settings.errorShare, usual.errors) { return .failed(reason: "\(errors) of \(decisions) decisions failed") }
        }
        return time - start >= settings.window ? .passed : .undecided
    }
    private func exceeds(_ count: Int, of decisions: Int, _ share: Double, _ usualCount: Int) -> Bool {
        let usualShare = usual.decisions > 0 ? Double(usualCount) / Double(usual.decisions) : 0
        return Double(count) > max(share, Self.growth * usualShare) * Double(decisions)
    }
}

extension Probation.Counts {
    public static func - (a: Self, b: Self) -> Self { .init(decisions: a.decisions - b.decisions, errors: a.errors - b.errors, exhausted: a.exhausted - b.exhausted) }
}
