/// A fault that is injected for a while, and what is expected meanwhile.
///
/// Source: Principles of Chaos Engineering (hypothesis about a steady state, limited blast radius).
public struct Experiment: Sendable, Hashable {
    public var name: String
    /// What stays true while the fault is there.
    public var hypothesis: String
    public var point: HookPoint
    public var fault: Fault
    public var selection: Selection
    /// The largest share of the calls at the point that may be hit, 0 to 1, whatever the selection says.
    public var maximumShare: Double
    /// How long it lasts.
    public var duration: Duration

    public init(
        name: String, hypothesis: String, point: HookPoint, fault: Fault, selection: Selection = .init(), maximumShare: Double = 1, duration: Duration = .seconds(60)
    ) {
        self.name = name
        self.hypothesis = hypothesis
        self.point = point
        self.fault = fault
        self.selection = selection
        self.maximumShare = maximumShare
        self.duration = duration
    }

    /// Which calls are hit: those that have all tags, of them every nth where that is said, and of these a share.
    public struct Selection: Sendable, Hashable {
        /// 0 to 1.
        public var probability: Double
        /// Nil for any.
        public var every: Int?
        public var tags: [String: String]

        /// Whether calls with these tags may be hit.
        func concerns(_ tags: [String: String]) -> Bool { self.tags.allSatisfy { tags[$0.key] == $0.value } }

        public init(probability: Double = 1, every: Int? = nil, tags: [String: String] = [:]) {
            self.probability = probability
            self.every = every
            self.tags = tags
        }
    }

    /// Why the experiment cannot be made; nil where it can.
    public var problem: String? {
        if name.isEmpty { return "name is missing" }
        if hypothesis.isEmpty { return "hypothesis is missing: say what stays true" }
        if !HookPoint.all.contains(point) { return "'\(point)' is not one of \(HookPoint.all.map(\.rawValue).joined(separator: ", "))" }
        if !fault.points.contains(point) { return "this fault has no meaning at \(point)" }
        if !(0...1).contains(selection.probability) { return "probability must lie between 0 and 1" }
        if !(0...1).contains(maximumShare) { return "maximum_share must lie between 0 and 1" }
        if let every = selection.every, every < 1 { return "every must be 1 or more" }
        if duration <= .zero || duration > .seconds(3600) { return "duration must be above 0 and at most an hour" }
        return nil
    }
}
