import FaultInjection
import Rego

/// `chaos`: faults that may be injected. Without `enabled: true` there are none, and no way to have any.
public struct ChaosSettings: Sendable {
    public var seed: UInt64 = 1
    /// Experiments that begin with the service.
    public var experiments: [Experiment] = []
    /// Share of requests that may be answered with 5xx within two seconds; above it every experiment ends.
    public var maximumFailureShare = 0.05

    /// Nil where faults are not enabled.
    static func read(_ section: ConfigurationSection) -> ChaosSettings? {
        var settings = ChaosSettings()
        settings.seed = section.integer("seed", in: 0...(1 << 53)).map { UInt64($0) } ?? settings.seed
        section.section("steady_state") { settings.maximumFailureShare = $0.number("maximum_failure_share", in: 0...1) ?? settings.maximumFailureShare }
        settings.experiments = section.sections("experiments") { name, inner in ExperimentSettings.read(name, inner) }.compactMap { $0 }
        return section.flag("enabled") ?? false ? settings : nil
    }
}

/// An experiment as configurations, files and the admin API write it.
public enum ExperimentSettings {
    /// Reads a document such as the body of a request.
    ///
    /// - Throws: all that is wrong with it.
    public static func experiment(_ name: String, _ document: Value) throws(ConfigurationError) -> Experiment {
        try experiment(name, ConfigurationNode(value: document), file: nil)
    }

    /// Reads the text of a file: YAML with the members of an experiment, and `name`.
    ///
    /// - Throws: all that is wrong with it, with lines.
    public static func experiment(text: String, file: String) throws(ConfigurationError) -> Experiment {
        let node = try Configuration.parse(text, file)
        guard case .scalar(.string(let name))? = node["name"]?.content else { throw ConfigurationError([ConfigurationProblem(file: file, key: "", reason: "name is missing")]) }
        return try experiment(name, node, file: file)
    }

    private static func experiment(_ name: String, _ node: ConfigurationNode, file: String?) throws(ConfigurationError) -> Experiment {
        let reading = ConfigurationReading(file: file)
        let section = ConfigurationSection(node, path: "", reading: reading)
        let experiment = read(name, section)
        section.finish()
        // A member that is misspelt would make another experiment than was meant.
        guard let experiment, reading.problems.isEmpty, reading.warnings.isEmpty else { throw ConfigurationError(reading.problems + reading.warnings) }
        return experiment
    }

    static func read(_ name: String, _ section: ConfigurationSection) -> Experiment? {
        _ = (section.string("name"), section.string("result"))
        let point = HookPoint(rawValue: section.string("at") ?? "")
        guard let fault = section.section("fault", fault) ?? nil else {
            if !section.has("fault") { section.refuse("", "fault is missing") }
            return nil
        }
        var experiment = Experiment(name: name, hypothesis: section.string("hypothesis") ?? "", point: point, fault: fault)
        experiment.selection.probability = section.number("probability", in: 0...1) ?? 1
        experiment.selection.every = section.integer("every", in: 1...1_000_000)
        experiment.selection.tags = section.stringMap("tags") ?? [:]
        experiment.maximumShare = section.number("maximum_share", in: 0...1) ?? 1
        experiment.duration = section.seconds("duration_seconds", in: 0.01...3600) ?? experiment.duration
        if let problem = experiment.problem { section.refuse("", problem) }
        return experiment
    }

    private static func fault(_ section: ConfigurationSection) -> Fault? {
        var faults: [Fault] = []
        if let latency = section.section("latency", latency) ?? nil { faults.append(.latency(latency)) }
        if let reason = section.string("error") { faults.append(.error(reason)) }
        if let isDropped = section.flag("drop") {
            if isDropped { faults.append(.drop) } else { section.refuse("drop", "must be true; leave it out for another fault") }
        }
        if let rate = section.integer("bytes_per_second", in: 1...1_000_000_000) { faults.append(.bandwidth(rate)) }
        if let status = section.integer("status", in: 100...599) { faults.append(.status(status)) }
        if let share = section.number("abort_after", in: 0...1) { faults.append(.abort(after: share)) }
        if let share = section.number("truncate_to", in: 0...1) { faults.append(.truncate(to: share)) }
        if let count = section.integer("corrupt_bytes", in: 1...1_000_000) { faults.append(.corrupt(bytes: count)) }
        if let seconds = section.number("clock_skew_seconds", in: -1e9...1e9) { faults.append(.clockSkew(.seconds(seconds))) }
        if let disk = section.choice("disk", Disk.self) { faults.append(disk == .full ? .noSpace : .inputOutput) }
        if let share = section.number("torn_write_after", in: 0...1) { faults.append(.tornWrite(after: share)) }
        guard faults.count == 1 else {
            section.refuse("", "give exactly one of latency, error, drop, bytes_per_second, status, abort_after, truncate_to, corrupt_bytes, clock_skew_seconds, disk, torn_write_after")
            return nil
        }
        return faults[0]
    }

    private enum Disk: String, CaseIterable {
        case full, failing
    }

    private static func latency(_ section: ConfigurationSection) -> LatencyDistribution? {
        let limit = 0.0...600
        switch (section.seconds("seconds", in: limit), section.seconds("from_seconds", in: limit), section.seconds("to_seconds", in: limit), section.seconds("mean_seconds", in: limit)) {
        case (let fixed?, nil, nil, nil): return .fixed(fixed)
        case (nil, let shortest?, let longest?, nil) where shortest <= longest: return .uniform(shortest, longest)
        case (nil, nil, nil, let mean?): return .exponential(mean: mean)
        default:
            section.refuse("", "give seconds, or from_seconds and to_seconds, or mean_seconds")
            return nil
        }
    }
}
