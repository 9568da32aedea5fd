/// Stops calls to an upstream that fails or is slow, and lets a few through from time to time to see whether it is back.
///
/// A value without clock, lock or socket: time and chance come in as arguments.
///
/// Source: Michael Nygard, "Release It!"; resilience4j (count and time windows, slow calls).
public struct CircuitBreaker: Sendable {
    public struct Settings: Sendable, Hashable {
        /// The window holds so many calls at most, and none that is older than `windowDuration`.
        public var windowCalls = 100
        public var windowDuration: Duration = .seconds(10)
        /// With fewer calls in the window nothing is judged.
        public var minimumCalls = 20
        /// Shares of the window, 0 to 1, from which the breaker opens.
        public var failureShare = 0.5
        public var slowShare = 0.8
        /// A call is slow that takes longer than twice this; nil where none is.
        public var expectedLatency: Duration?
        /// How long the breaker stays open the first time; twice as long after each probe that fails.
        public var openDuration: Duration = .seconds(5)
        public var maximumOpenDuration: Duration = .seconds(60)
        /// Calls that must succeed before the breaker closes.
        public var probes = 3

        public init() {}
    }

    public enum State: String, Sendable, Hashable {
        case closed, open
        case halfOpen = "half-open"
    }

    /// A change of state, and why.
    public struct Transition: Sendable, Hashable {
        public var change: Change
        public var reason: String
        /// What the upstream said it waits for.
        public var root: String?
    }

    /// From one state to another.
    public struct Change: Sendable, Hashable {
        public var from: State
        public var to: State

        public init(from: State, to: State) {
            self.from = from
            self.to = to
        }
    }

    /// By an operator, for a time.
    public enum Override: String, Sendable, Hashable, CaseIterable {
        case open, closed
    }

    public enum Outcome: Sendable, Hashable {
        case success
        /// - root: what the upstream itself waits for, where its answer named that.
        case failure(root: String? = nil, retryAfter: Duration? = nil)
        /// Says nothing about the upstream, such as a call whose caller went away.
        case ignored
    }

    /// Lets one call through; its outcome is reported with it.
    public struct Permit: Sendable {
        fileprivate let generation: Int
        public let isProbe: Bool
    }

    /// Why a call is not let through.
    public struct Rejection: Error, Sendable, Hashable {
        public var retryAfter: Duration
        /// The upstream that is the cause, where that is another one.
        public var root: String?
        public var reason: String

        public init(retryAfter: Duration, root: String? = nil, reason: String) {
            self.retryAfter = retryAfter
            self.root = root
            self.reason = reason
        }
    }

    private enum Phase: Sendable {
        case closed
        case open(until: ContinuousClock.Instant)
        case halfOpen(started: Int, succeeded: Int)

        /// The state while nothing is asked; one that was open for long enough goes on with the next call.
        var state: State {
            switch self {
            case .closed: .closed
            case .open: .open
            case .halfOpen: .halfOpen
            }
        }
    }

    public let settings: Settings
    private var phase = Phase.closed
    private var window: SlidingWindow
    /// Reports from before the last change of phase count no more.
    private var generation = 0
    private var openings = 0
    private var closedSince: ContinuousClock.Instant?
    private var rootAnswers = 0
    private var overriding: (override: Override, until: ContinuousClock.Instant)?
    /// What the upstream said it waits for when the breaker opened.
    public private(set) var root: String?
    /// Why the breaker is not closed; empty where it is.
    public private(set) var reason = ""
    /// Changes of state so far.
    public private(set) var changes: [Change: Int] = [:]
    /// Those that nobody has taken yet.
    private var untaken: [Transition] = []

    public init(_ settings: Settings = .init()) {
        self.settings = settings
        window = SlidingWindow(capacity: settings.windowCalls, span: settings.windowDuration)
    }

    // MARK: Calls

    /// Asks to make a call.
    ///
    /// - Throws: `Rejection` where it is not to be made now.
    public mutating func admit(at now: ContinuousClock.Instant) throws(Rejection) -> Permit {
        switch override(at: now) {
        case .open: throw Rejection(retryAfter: overriding.map { $0.until - now } ?? settings.openDuration, reason: "it was opened by hand")
        case .closed: return Permit(generation: -1, isProbe: false)
        case nil: break
        }
        if case .open(let until) = phase {
            guard now >= until else { throw Rejection(retryAfter: until - now, root: root, reason: reason) }
            move(to: .halfOpen(started: 0, succeeded: 0), because: "the time of being open is over")
        }
        guard case .halfOpen(let started, let succeeded) = phase else { return Permit(generation: generation, isProbe: false) }
        guard started < settings.probes else { throw Rejection(retryAfter: Self.probeWait, root: root, reason: "it is being tried whether the upstream is back") }
        phase = .halfOpen(started: started + 1, succeeded: succeeded)
        return Permit(generation: generation, isProbe: true)
    }

    /// When to ask again while probes are under way.
    private static let probeWait: Duration = .milliseconds(500)
    /// So many answers in a row that name another upstream as their cause open the breaker at once.
    private static let rootAnswerLimit = 3

    /// Reports how a call went.
    ///
    /// - Parameter jitter: 0 to 1, drawn by the caller; spreads the end of the open time, so that callers do not return together.
    public mutating func record(_ outcome: Outcome, of permit: Permit, took duration: Duration, at now: ContinuousClock.Instant, jitter: Double) {
        guard permit.generation == generation else { return }
        let isSlow = settings.expectedLatency.map { duration > $0 * 2 } ?? false
        switch (phase, outcome) {
        case (.open, _): return
        case (.closed, .ignored): return
        case (.halfOpen(let started, let succeeded), .ignored): phase = .halfOpen(started: max(0, started - 1), succeeded: succeeded)
        case (.closed, .success): judge(isFailed: false, isSlow: isSlow, root: nil, retryAfter: nil, now, jitter)
        case (.closed, .failure(let root, let retryAfter)): judge(isFailed: true, isSlow: isSlow, root: root, retryAfter: retryAfter, now, jitter)
        case (.halfOpen(let started, let succeeded), .success) where !isSlow:
            if succeeded + 1 >= settings.probes { close(now, because: "\(settings.probes) probes succeeded") } else { phase = .halfOpen(started: started, succeeded: succeeded + 1) }
        case (.halfOpen, .success): open("a probe was slow", root: nil, retryAfter: nil, now, jitter)
        case (.halfOpen, .failure(let root, let retryAfter)): open("a probe failed", root: root, retryAfter: retryAfter, now, jitter)
        }
    }

    /// Reports that the last answer, which counted as a success, could not be used.
    public mutating func recordUnusableAnswer(at now: ContinuousClock.Instant, jitter: Double) {
        switch phase {
        case .open: return
        case .halfOpen: open("the answer to a probe could not be used", root: nil, retryAfter: nil, now, jitter)
        case .closed:
            window.failLast()
            judge(now, jitter)
        }
    }

    private mutating func judge(isFailed: Bool, isSlow: Bool, root: String?, retryAfter: Duration?, _ now: ContinuousClock.Instant, _ jitter: Double) {
        window.record(isFailed: isFailed, isSlow: isSlow, at: now)
        rootAnswers = root == nil ? 0 : rootAnswers + 1
        if let root, rootAnswers >= Self.rootAnswerLimit {
            return open("it waits for '\(root)'", root: root, retryAfter: retryAfter, now, jitter)
        }
        judge(now, jitter, root: root)
    }

    private mutating func judge(_ now: ContinuousClock.Instant, _ jitter: Double, root: String? = nil) {
        guard window.count >= settings.minimumCalls else { return }
        if Double(window.failed) >= settings.failureShare * Double(window.count) {
            open("\(window.failed) of \(window.count) calls failed", root: root, retryAfter: nil, now, jitter)
        } else if Double(window.slow) >= settings.slowShare * Double(window.count) {
            open("\(window.slow) of \(window.count) calls were slow", root: nil, retryAfter: nil, now, jitter)
        }
    }

    private mutating func open(_ reason: String, root: String?, retryAfter: Duration?, _ now: ContinuousClock.Instant, _ jitter: Double) {
        // Who has been well for long begins anew.
        if let closedSince, now - closedSince > settings.windowDuration * 2 { openings = 0 }
        var wait = settings.openDuration
        for _ in 0..<openings where wait < settings.maximumOpenDuration { wait = wait * 2 }
        wait = max(min(wait, settings.maximumOpenDuration) * (0.8 + 0.4 * jitter), min(retryAfter ?? .zero, settings.maximumOpenDuration))
        openings += 1
        self.reason = reason
        self.root = root
        move(to: .open(until: now + wait), because: reason)
    }

    private mutating func close(_ now: ContinuousClock.Instant, because cause: String) {
        closedSince = now
        reason = ""
        root = nil
        move(to: .closed, because: cause)
    }

    private mutating func move(to phase: Phase, because cause: String) {
        let change = Change(from: self.phase.state, to: phase.state)
        self.phase = phase
        generation += 1
        if change.from != change.to {
            changes[change, default: 0] += 1
            untaken.append(Transition(change: change, reason: cause, root: root))
        }
        rootAnswers = 0
        window.removeAll()
    }

    // MARK: Overriding

    /// Opens or closes the breaker whatever happens, until a time.
    public mutating func force(_ override: Override, until end: ContinuousClock.Instant) { overriding = (override, end) }

    /// Lets the breaker judge by itself again, from closed.
    public mutating func release(at now: ContinuousClock.Instant) {
        overriding = nil
        close(now, because: "it was released by hand")
        openings = 0
    }

    /// What an operator wants now; nil for nothing.
    public func override(at now: ContinuousClock.Instant) -> Override? { overriding.flatMap { now < $0.until ? $0.override : nil } }

    // MARK: Looking

    /// Changes of state so far.
    public var transitions: Int { changes.values.reduce(0, +) }

    /// Those since the last time, in order.
    public mutating func takeTransitions() -> [Transition] {
        defer { untaken.removeAll() }
        return untaken
    }

    /// The state without an operator's override. One that was open for long enough is half-open.
    public func state(at now: ContinuousClock.Instant) -> State {
        switch override(at: now) {
        case .open: return .open
        case .closed: return .closed
        case nil: break
        }
        return switch phase {
        case .closed: .closed
        case .open(let until): now < until ? .open : .halfOpen
        case .halfOpen: .halfOpen
        }
    }

    /// Until calls are let through again; nil where they are.
    public func retryAfter(at now: ContinuousClock.Instant) -> Duration? {
        if override(at: now) == .open, let overriding { return overriding.until - now }
        guard override(at: now) == nil, case .open(let until) = phase, until > now else { return nil }
        return until - now
    }

    /// Calls in the window, and of them those that failed and those that were slow.
    public mutating func counts(at now: ContinuousClock.Instant) -> (calls: Int, failed: Int, slow: Int) {
        window.expire(at: now)
        return (window.count, window.failed, window.slow)
    }
}
