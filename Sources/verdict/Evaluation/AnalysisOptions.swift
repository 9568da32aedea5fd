import ArgumentParser
import Rego

/// What `verdict eval` shows beside the result.
struct AnalysisOptions: ParsableArguments {
    enum Explanation: String, ExpressibleByArgument, CaseIterable {
        case off, full, notes, fails, debug
    }

    enum ProfileOrder: String, ExpressibleByArgument, CaseIterable {
        case time = "total_time_ns"
        case evaluations = "num_eval"
        case redos = "num_redo"
        case expressions = "num_gen_expr"
        case file, line
    }

    @Option(help: "Show how the result came about: off, full, notes, fails or debug.")
    var explain = Explanation.off
    @Flag(name: .customLong("var-values"), help: "With --explain: also the values of variables.")
    var variableValues = false
    @Flag(help: "Show how long loading, compiling and evaluating took.")
    var metrics = false
    @Flag(help: "As --metrics, with the steps that evaluation took.")
    var instrument = false
    @Flag(help: "Show the literals that took longest.")
    var profile = false
    @Option(name: .customLong("profile-limit"), help: "How many literals a profile shows; 0 for all.")
    var profileLimit = 10
    @Option(name: .customLong("profile-sort"), help: "total_time_ns, num_eval, num_redo, num_gen_expr, file or line; may be repeated.")
    var profileOrder: [ProfileOrder] = []
    @Flag(help: "Show which lines of the policies were reached.")
    var coverage = false

    func validate() throws {
        guard profileLimit >= 0 else { throw ValidationError("--profile-limit must not be negative") }
    }

    private var mode: ExplanationMode? { ExplanationMode(rawValue: explain.rawValue) }

    /// Whether policies must be planned for an observer.
    var observes: Bool { mode != nil || profile || coverage }

    /// A new observer of what was asked for.
    var observer: Observer? {
        guard observes else { return nil }
        var interests: Observer.Interests = []
        if mode != nil { interests.insert(.trace) }
        if mode != nil { interests.insert(.variables) }
        if profile { interests.insert(.profile) }
        return Observer(interests)
    }

    func analysis(_ snapshot: PolicySnapshot, query: String, _ observer: Observer?, _ stopwatch: Stopwatch, steps: UInt64) -> Analysis {
        var analysis = Analysis()
        if metrics || instrument {
            var entries = stopwatch.times.map { (name: $0.name, value: $0.nanoseconds) }
            if instrument { entries.append(("counter_eval_steps", Int(steps))) }
            analysis.add(metrics: entries.sorted { $0.name < $1.name })
        }
        guard let observer else { return analysis }
        if let mode { analysis.add(Trace(mode.filtered(observer.trace), of: snapshot, query: query), showsVariables: variableValues) }
        if profile { analysis.add(profile: sorted(observer.profile)) }
        if coverage { analysis.add(Coverage(modules: snapshot.modules, outcomes: snapshot.outcomes(seenBy: observer))) }
        return analysis
    }

    private func sorted(_ entries: [ProfileEntry]) -> [ProfileEntry] {
        let order = profileOrder + [.time, .evaluations, .redos, .file, .line]
        let sorted = entries.sorted { a, b in
            for criterion in order {
                switch criterion {
                case .time: if a.time != b.time { return a.time > b.time }
                case .evaluations: if a.evaluations != b.evaluations { return a.evaluations > b.evaluations }
                case .redos: if a.redos != b.redos { return a.redos > b.redos }
                case .expressions: break
                case .file: if a.location.file != b.location.file { return a.location.file < b.location.file }
                case .line: if a.location.row != b.location.row { return a.location.row < b.location.row }
                }
            }
            return a.location.column < b.location.column
        }
        return profileLimit == 0 ? sorted : Array(sorted.prefix(profileLimit))
    }
}
