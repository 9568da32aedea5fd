import Rego
import Routing

/// Policies that are kept beside the active ones, by name: canaries, shadows, and what somebody wants to try. Each is a store of its own, so that it is
/// filled, compiled and replaced as the active ones are.
public final class PolicyRevisions: Sendable {
    public let stores: [String: PolicyStore]
    /// What the active ones are called.
    public static let stable = "stable"

    public init(_ stores: [String: PolicyStore] = [:]) { self.stores = stores }

    subscript(name: String) -> PolicyStore? { stores[name] }

    /// - Throws: `RoutingError` where there is none of this name.
    func checked(_ name: String) throws(RoutingError) -> String {
        guard stores[name] != nil else {
            let known = ([Self.stable] + stores.keys.sorted()).joined(separator: ", ")
            throw RoutingError(.revision, "there is no revision '\(name.prefix(64))'; there are \(known)")
        }
        return name
    }
}
