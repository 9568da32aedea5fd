import Synchronization

/// The experiments of one process. Whoever meets the world holds an optional one: nil costs a branch.
///
/// The same seed and the same calls give the same faults: each experiment draws from a stream of its own, by the number of the call.
///
///     let chaos = Chaos(seed: 7)
///     try chaos.begin(Experiment(name: "slow", hypothesis: "decisions go on", point: .request, fault: .latency(.fixed(.seconds(2)))))
///     var upstream = Upstream()
///     upstream.chaos = chaos
public final class Chaos: Sendable {
    public struct Refusal: Error, Sendable, CustomStringConvertible {
        public var description: String
    }

    /// An experiment, and how far it has come.
    public struct Report: Sendable {
        public var experiment: Experiment
        /// Until it ends by itself; zero where it has ended.
        public var remaining: Duration
        /// Calls at the experiment's point since it began, and those that were hit.
        public var calls: Int
        public var hits: Int
        /// Why it has ended; nil while it goes on.
        public var ended: String?
    }

    private struct State {
        var running: [ExperimentRun] = []
        var ended: [Report] = []
    }

    public let seed: UInt64
    private let state = Mutex(State())
    /// Experiments under way, so that calls without any take no lock.
    private let count = Atomic<Int>(0)
    private let harmed = Atomic<Int>(0)
    private static let keptReports = 20

    private let time: any TimeAndChance

    public init(seed: UInt64, time: any TimeAndChance = .system) {
        self.seed = seed
        self.time = time
    }

    // MARK: Experiments

    /// Begins an experiment; one of the same name that goes on ends first.
    ///
    /// - Throws: `Refusal` where it cannot be made.
    public func begin(_ experiment: Experiment, at now: ContinuousClock.Instant? = nil) throws(Refusal) {
        let now = now ?? time.now
        if let problem = experiment.problem { throw Refusal(description: problem) }
        state.withLock { state in
            end(in: &state, at: now, "replaced") { $0.experiment.name == experiment.name }
            state.running.append(ExperimentRun(experiment, seed: seed, start: now))
            count.store(state.running.count, ordering: .relaxed)
        }
    }

    /// Ends an experiment; false where there is none of this name.
    @discardableResult
    public func end(_ name: String, reason: String = "asked for", at now: ContinuousClock.Instant? = nil) -> Bool {
        let now = now ?? time.now
        return state.withLock { end(in: &$0, at: now, reason) { $0.experiment.name == name } }
    }

    public func endAll(reason: String, at now: ContinuousClock.Instant? = nil) {
        let now = now ?? time.now
        _ = state.withLock { end(in: &$0, at: now, reason) { _ in true } }
    }

    /// Whether any experiment goes on.
    public var isActive: Bool { count.load(ordering: .relaxed) > 0 }

    /// Those that go on, and after them the last that have ended.
    public func reports(at now: ContinuousClock.Instant? = nil) -> [Report] {
        let now = now ?? time.now
        return state.withLock { state in
            expire(&state, now)
            return state.running.map { Self.report($0, now, nil) } + state.ended.reversed()
        }
    }

    private func expire(_ state: inout State, _ now: ContinuousClock.Instant) {
        guard state.running.contains(where: { $0.end <= now }) else { return }
        end(in: &state, at: now, "expired") { $0.end <= now }
    }

    @discardableResult
    private func end(in state: inout State, at now: ContinuousClock.Instant, _ reason: String, _ isMeant: (ExperimentRun) -> Bool) -> Bool {
        let ended = state.running.filter(isMeant)
        state.running.removeAll(where: isMeant)
        state.ended += ended.map { Self.report($0, now, reason) }
        state.ended.removeFirst(max(0, state.ended.count - Self.keptReports))
        count.store(state.running.count, ordering: .relaxed)
        return !ended.isEmpty
    }

    private static func report(_ run: ExperimentRun, _ now: ContinuousClock.Instant, _ ended: String?) -> Report {
        Report(experiment: run.experiment, remaining: ended == nil ? max(.zero, run.end - now) : .zero, calls: run.calls, hits: run.hits, ended: ended)
    }

    // MARK: Calls

    /// Whether an experiment goes on at a point that may hit calls with these tags.
    public func isArmed(at point: HookPoint, _ tags: @autoclosure () -> [String: String]) -> Bool {
        guard isActive else { return false }
        let tags = tags()
        return state.withLock { state in state.running.contains { $0.experiment.point == point && $0.experiment.selection.concerns(tags) } }
    }

    /// The fault that the next call at a point has; nil for none.
    public func fault(at point: HookPoint, _ tags: [String: String] = [:], now: ContinuousClock.Instant? = nil) -> InjectedFault? {
        guard isActive else { return nil }
        let now = now ?? time.now
        return state.withLock { state in
            expire(&state, now)
            for index in state.running.indices where state.running[index].experiment.point == point {
                if let fault = state.running[index].fault(tags) { return fault }
            }
            return nil
        }
    }

    /// Lets a call through, late or not at all.
    ///
    /// - Throws: `FaultFailure` where the call is to fail, `CancellationError` where the task is cancelled meanwhile.
    public func pass(_ point: HookPoint, _ tags: [String: String] = [:]) async throws {
        guard let fault = fault(at: point, tags) else { return }
        if let delay = fault.delay { try await time.sleep(for: delay) }
        if let failure = fault.failure { throw failure }
    }

    /// Says that a client did not get its answer because of a fault. What answers are counted by shows nothing of it.
    public func recordHarm() { harmed.wrappingAdd(1, ordering: .relaxed) }

    /// Clients that did not get their answers so far.
    public var harmCount: Int { harmed.load(ordering: .relaxed) }

    /// How far the clock is off.
    public var clockSkew: Duration {
        guard case .clockSkew(let skew)? = fault(at: .clock)?.fault else { return .zero }
        return skew
    }
}
