/// An experiment under way: decides for each call whether it is hit. Without clock and lock; time comes in as an argument.
struct ExperimentRun: Sendable {
    let experiment: Experiment
    let start: ContinuousClock.Instant
    private let seed: UInt64
    /// Calls at the point, and of them those with the tags.
    private(set) var calls = 0
    private(set) var candidates = 0
    private(set) var hits = 0

    init(_ experiment: Experiment, seed: UInt64, start: ContinuousClock.Instant) {
        self.experiment = experiment
        self.seed = seed
        self.start = start
    }

    var end: ContinuousClock.Instant { start + experiment.duration }

    /// The fault for the next call at the experiment's point; nil where it is spared.
    mutating func fault(_ tags: [String: String]) -> InjectedFault? {
        calls += 1
        guard experiment.selection.concerns(tags) else { return nil }
        candidates += 1
        if let every = experiment.selection.every, candidates % every != 0 { return nil }
        let drawn = SeededRandom.number(seed: seed, stream: experiment.name, at: candidates)
        guard SeededRandom.unit(drawn) < experiment.selection.probability else { return nil }
        guard Double(hits + 1) <= experiment.maximumShare * Double(calls) else { return nil }
        hits += 1
        let random = SeededRandom.number(seed: seed, stream: experiment.name + "/fault", at: candidates)
        return InjectedFault(experiment: experiment.name, point: experiment.point, fault: experiment.fault, random: random)
    }
}
