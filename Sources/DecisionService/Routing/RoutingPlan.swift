import Rego
import ReliabilityBudget
import Routing

/// How one request for a decision is answered. A class, so that requests without a plan carry only a pointer.
final class RoutingPlan: Sendable {
    /// Two revisions that are asked the same, off the request's way.
    struct Comparison: Sendable {
        var revision: String
        /// Whether what is seen may end a canary.
        var isCanary: Bool
        /// What decides now, and what would.
        var stable: Generation
        var candidate: Generation
    }

    let intent: Intent
    /// Nil where none matches.
    let route: Route?
    /// The revision that decides; nil for the active one.
    let revision: String?
    /// What tells the caller apart.
    let key: String?
    let comparison: Comparison?

    init(intent: Intent, route: Route?, revision: String?, key: String?, comparison: Comparison?) {
        self.intent = intent
        self.route = route
        self.revision = revision
        self.key = key
        self.comparison = comparison
    }

    /// Decided on a thread of their own, behind everything else.
    var isBackground: Bool { intent == .audit || intent == .simulate }

    /// Nil for what the request says.
    var criticality: Criticality? { route?.priority.flatMap { Criticality(name: $0) } ?? usualCriticality }

    private var usualCriticality: Criticality? {
        switch intent {
        case .enforce: nil
        case .advise, .explain: .sheddablePlus
        case .audit, .simulate: .sheddable
        }
    }

    /// As the decision log has it.
    var document: Value {
        var members: [(Value, Value)] = [("intent", .string(intent.rawValue)), ("revision", .string(revision ?? PolicyRevisions.stable))]
        if let route { members.append(("route", .string(route.name))) }
        return .makeObject(members)
    }

    /// How the decision is explained; nil for not at all.
    var explanation: String? { route?.explanation ?? (intent == .explain ? "full" : nil) }
}
