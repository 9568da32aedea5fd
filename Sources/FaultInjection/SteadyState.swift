/// What must stay true while experiments go on, such as an objective whose budget must not burn.
public protocol SteadyState: Sendable {
    /// What is no longer as it should be; nil while all is well. Asked several times a second while an experiment goes on.
    func deviation(at now: ContinuousClock.Instant) -> String?
}

/// Several things that must stay true; the first that does not is named.
public struct SteadyStates: SteadyState {
    private let states: [any SteadyState]

    public init(_ states: [any SteadyState]) { self.states = states }

    public func deviation(at now: ContinuousClock.Instant) -> String? {
        // Each is asked each time: some compare with what they saw before.
        states.map { $0.deviation(at: now) }.lazy.compactMap { $0 }.first
    }
}

/// Ends every experiment when the steady state is lost.
public struct SteadyStateGuard: Sendable {
    private let chaos: Chaos
    private let steadyState: any SteadyState
    /// So that an experiment ends within two seconds, with room to spare.
    public static let interval: Duration = .milliseconds(250)

    public init(_ chaos: Chaos, _ steadyState: any SteadyState) {
        self.chaos = chaos
        self.steadyState = steadyState
    }

    /// Looks once; what was found where experiments were ended.
    public func check(at now: ContinuousClock.Instant) -> String? {
        guard chaos.isActive, let deviation = steadyState.deviation(at: now) else { return nil }
        chaos.endAll(reason: "steady state lost: \(deviation)", at: now)
        return deviation
    }

    /// Looks again and again until the task is cancelled.
    public func run(onDeviation: @Sendable (String) -> Void) async {
        while !Task.isCancelled {
            try? await Task.sleep(for: Self.interval)
            if let deviation = check(at: .now) { onDeviation(deviation) }
        }
    }
}

/// The share of failures among what was done lately.
public struct FailureShare: Sendable {
    private var samples: [(time: ContinuousClock.Instant, all: Int, failed: Int)] = []
    private let window: Duration
    private let minimum: Int

    /// - Parameters:
    ///   - window: how far back is looked.
    ///   - minimum: below so many nothing is said.
    public init(window: Duration = .seconds(2), minimum: Int = 20) {
        self.window = window
        self.minimum = minimum
    }

    /// Takes totals since the start; gives the share of failures within the window, nil where too little was done.
    public mutating func record(all: Int, failed: Int, at now: ContinuousClock.Instant) -> Double? {
        samples.append((now, all, failed))
        // One sample from before the window stays, as what the others are compared with.
        while samples.count > 1, now - samples[1].time > window { samples.removeFirst() }
        guard let first = samples.first, all - first.all >= minimum else { return nil }
        return Double(failed - first.failed) / Double(all - first.all)
    }
}
