/// Which requests are answered how.
public struct Route: Sendable, Hashable {
    /// Which policies decide.
    public enum Revision: Sendable, Hashable {
        /// Those that are active.
        case stable
        /// A share of the callers gets another revision, always the same callers.
        case canary(String, share: Double)
        case pinned(String)

        public var name: String? {
            switch self {
            case .stable: nil
            case .canary(let name, _), .pinned(let name): name
            }
        }
    }

    /// A revision that decides beside, only to be compared.
    public struct Shadow: Sendable, Hashable {
        public var revision: String
        /// Of the route's decisions, 0 to 1.
        public var share: Double
    }

    /// Other instances that decide.
    public struct Pool: Sendable, Hashable {
        public enum Choice: String, Sendable, CaseIterable {
            /// The first service that works; it knows the nearest of its endpoints.
            case nearest
            /// Each caller's own service, by rendezvous hashing, so that its cache is warm.
            case hash
        }

        public var services: [String]
        public var choice = Choice.nearest
        /// Whether this instance decides where none of the services answers.
        public var fallsBackToLocal = false
    }

    public var name: String
    /// Empty for all.
    public var intents: Set<Intent> = []
    public var match = RouteMatch()
    public var revision = Revision.stable
    public var shadow: Shadow?
    /// The priority class: the name of a criticality. Nil for what the request says.
    public var priority: String?
    /// For how long an answer may be given again; nil for not at all.
    public var maximumAge: Duration?
    /// Loop iterations and calls that a decision may take; nil for what the configuration says.
    public var steps: UInt64?
    public var time: Duration?
    public var pool: Pool?
    /// How a decision is explained, as the parameter `explain` says it.
    public var explanation: String?

    public init(name: String) { self.name = name }

    func mismatch(_ intent: Intent, _ request: RoutedRequest) -> String? {
        if !intents.isEmpty, !intents.contains(intent) { return "the intent \(intent.rawValue) is not one of \(intents.map(\.rawValue).sorted().joined(separator: ", "))" }
        return match.mismatch(request)
    }
}
