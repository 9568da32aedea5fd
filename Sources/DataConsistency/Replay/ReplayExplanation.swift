import Rego

/// Decides once more with an observer, and says which rules and lines the outcome comes from.
struct ReplayExplanation: Sendable {
    private struct Spot: Hashable {
        var file: String
        var offset: Int
    }

    private let snapshot: PolicySnapshot
    /// References of rules by where they stand.
    private let rules: [Spot: String]

    /// - Throws: `DiagnosticList` where the policies do not compile.
    init(_ snapshot: PolicySnapshot) throws(DiagnosticList) {
        self.snapshot = try snapshot.observed()
        var rules: [Spot: String] = [:]
        for module in snapshot.modules {
            for rule in module.rules { Self.collect(rule, module.package.path, into: &rules) }
        }
        self.rules = rules
    }

    private static func collect(_ rule: Rule, _ package: [String], into rules: inout [Spot: String]) {
        for location in [rule.location, rule.head.location] {
            rules[Spot(file: location.file, offset: location.offset)] = (["data"] + package + [rule.head.name]).joined(separator: ".")
        }
        for branch in rule.elseRule { collect(branch, package, into: &rules) }
    }

    /// The outcome, and how it came about.
    func explain(_ path: String, input: [UInt8], _ options: EvaluationOptions) -> (outcome: Flip.Outcome, reasons: Flip.Reasons) {
        var options = options
        let observer = Observer(.trace)
        options.observer = observer
        var output: [UInt8] = []
        var outcome = Flip.Outcome.undefined
        do {
            let query = ReplayQuery(path, snapshot)
            if try input.withUnsafeBytes({ try query.decide($0, options, appendingTo: &output) }) { outcome = .result(output) }
        } catch {
            outcome = .error((error as? EvaluationError)?.code.rawValue ?? "\(error)")
        }
        return (outcome, reasons(observer.trace))
    }

    private func reasons(_ events: [TraceEvent]) -> Flip.Reasons {
        var reasons = Flip.Reasons()
        /// The rule that each body belongs to.
        var bodies: [Int: String] = [:]
        for event in events {
            if event.isAboutBody, event.depth > 0, let rule = rules[Spot(file: event.location.file, offset: event.location.offset)] {
                bodies[event.query] = rule
                if event.operation == .exit { Self.add(.init(rule: rule, file: event.location.file, row: event.location.row), to: &reasons.held) }
            } else if event.operation == .fail, let rule = bodies[event.query] {
                Self.add(.init(rule: rule, file: event.location.file, row: event.location.row), to: &reasons.failed)
            }
        }
        return reasons
    }

    private static func add(_ place: Flip.Place, to places: inout [Flip.Place]) { if !places.contains(place) { places.append(place) } }
}
