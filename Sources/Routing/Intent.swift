/// What is wanted of a decision.
public enum Intent: String, Sendable, Hashable, CaseIterable {
    /// Something is done or not, because of it.
    case enforce
    /// Somebody is shown what they could do; it will be enforced later.
    case advise
    /// Many are looked through later; it may be slow.
    case audit
    /// What another revision would say.
    case simulate
    /// Why it is so.
    case explain

    /// The header in which requests name their intent.
    public static let header = "Verdict-Intent"

    /// - Throws: `RoutingError` for what is no intent: it is never answered as if nothing had been said.
    public init(named text: String) throws(RoutingError) {
        guard let found = Intent(rawValue: text.lowercased()) else {
            throw RoutingError(.unknownIntent, "'\(text.prefix(40))' is no intent; \(Self.header) is one of \(Self.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        self = found
    }
}

/// Why a request cannot be routed as it asks.
public struct RoutingError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Code: String, Sendable {
        case unknownIntent = "unknown_intent"
        /// A revision that is needed, that may not be chosen, or that is not there.
        case revision = "revision_refused"
        /// A route table that cannot be used.
        case table = "invalid_routes"
    }

    public var code: Code
    public var message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}
