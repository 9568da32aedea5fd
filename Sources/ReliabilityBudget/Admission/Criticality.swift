/// How much it matters that a request is answered while not all can be; the lowest class is turned away first.
///
/// Source: Google, "Site Reliability Engineering", chapter 21, "Criticality".
public enum Criticality: Int, Sendable, Comparable, CaseIterable {
    case sheddable, sheddablePlus, critical, criticalPlus

    /// The name in headers and configurations.
    public var name: String {
        switch self {
        case .sheddable: "SHEDDABLE"
        case .sheddablePlus: "SHEDDABLE_PLUS"
        case .critical: "CRITICAL"
        case .criticalPlus: "CRITICAL_PLUS"
        }
    }

    /// Nil for what is no class.
    public init?(name: some StringProtocol) {
        let name = name.uppercased()
        guard let found = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = found
    }

    public static func < (a: Criticality, b: Criticality) -> Bool { a.rawValue < b.rawValue }
}

/// Why a request is turned away, and when to come back.
public struct Refusal: Error, Sendable, Hashable {
    public enum Reason: String, Sendable, CaseIterable {
        /// The caller has spent what it may ask for: 429.
        case rateBudget = "rate_budget"
        /// The others are ours: 503. As much is under way as is good.
        case concurrency = "concurrency_limit"
        /// What waits has waited too long.
        case queueDelay = "queue_delay"
        /// Event loops lag behind.
        case lag = "event_loop_lag"
        /// Memory runs short.
        case memory = "memory_pressure"
    }

    public var reason: Reason
    /// What of the reason concerns this request, such as the name of the rate budget.
    public var detail: String
    public var retryAfter: Duration

    public init(_ reason: Reason, _ detail: String, retryAfter: Duration) {
        self.reason = reason
        self.detail = detail
        self.retryAfter = retryAfter
    }

    /// Whether the caller has to ask less, rather than the service to do more.
    public var isCallers: Bool { reason == .rateBudget }
}
