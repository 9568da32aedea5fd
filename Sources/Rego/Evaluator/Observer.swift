/// Sees where evaluation goes: for coverage, failing tests, traces and profiles.
public final class Observer: @unchecked Sendable {
    // Only the thread that evaluates calls what changes it, and results are read after evaluation.

    /// What an observer keeps beside the lines that were reached.
    public struct Interests: OptionSet, Sendable {
        public let rawValue: Int
        public init(rawValue: Int) { self.rawValue = rawValue }
        /// The values of variables, with events and with the last literals.
        public static let variables = Interests(rawValue: 1)
        /// Every event, in order.
        public static let trace = Interests(rawValue: 2)
        /// How often each literal was evaluated, and for how long.
        public static let profile = Interests(rawValue: 4)
    }

    public struct Event: Sendable {
        public var location: SourceLocation
        /// How many rules and functions were being evaluated.
        public var depth: Int
        public var variables: [(name: String, value: Value)]
    }

    /// What is told of a literal or rule; also the flag of the instruction that tells it.
    enum Moment: UInt8 {
        /// `hold` is a solution of a literal, `fail` that it has none left.
        case evaluate, enter, exit, redo, fail, hold
    }

    /// How often each literal and rule was reached, and how that went.
    public private(set) var outcomes: [SourceLocation: LiteralOutcomes] = [:]
    /// Where the decision trees went.
    var treeVisits = DecisionTreeVisits()
    /// The literal of each depth that was reached last.
    public private(set) var last: [Int: Event] = [:]
    /// The literal that was reached last in each case of a test that is over.
    public private(set) var caseEnds: [Event?] = []
    private var caseDepth: Int?
    private let interests: Interests
    private var recorder = TraceRecorder()
    private var profiler = Profiler()

    public convenience init(keepsVariables: Bool) { self.init(keepsVariables ? .variables : []) }

    public init(_ interests: Interests) { self.interests = interests }

    /// What happened, where the trace was of interest.
    public var trace: [TraceEvent] { recorder.events }
    /// How often and how long each literal was evaluated, where the profile was of interest.
    public var profile: [ProfileEntry] { profiler.entries }

    func observe(_ moment: Moment, _ location: SourceLocation, depth: Int, variables: [(Datum, Datum)]) {
        outcomes[location, default: LiteralOutcomes()].add(moment)
        if moment == .hold { return }
        let values = interests.contains(.variables) ? Self.values(variables) : []
        if moment == .evaluate || moment == .exit {
            if interests.contains(.variables) { last[depth] = Event(location: location, depth: depth, variables: values) }
        }
        if interests.contains(.trace) { recorder.record(moment, location, depth, values) }
        if interests.contains(.profile) { profiler.record(moment, location) }
    }

    private static func values(_ variables: [(Datum, Datum)]) -> [(name: String, value: Value)] {
        variables.compactMap { name, value in
            guard value.tag != .undefined, value.tag != .document else { return nil }
            let written = name.text
            return written.hasPrefix("$") || LocalNames.isGenerated(written) ? nil : (written, Value(value))
        }
    }

    /// A message of `trace`.
    func note(_ message: String, depth: Int) {
        if interests.contains(.trace) { recorder.note(message, depth) }
    }

    /// How many rules of a document or function the decision tree left.
    func index(_ path: [String], matched: Int, endsEarly: Bool, depth: Int) {
        if interests.contains(.trace) { recorder.index(path, matched: matched, endsEarly: endsEarly, depth) }
    }

    /// A case of a test begins.
    func beginCase(depth: Int) {
        endCase()
        caseDepth = depth
    }

    private func endCase() {
        if let caseDepth { caseEnds.append(last[caseDepth]) }
    }

    /// Evaluation is over.
    func end() {
        profiler.end()
        endCase()
    }
}
