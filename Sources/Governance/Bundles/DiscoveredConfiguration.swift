import Rego

/// Where the bundle goes that `discovery` names: it is evaluated by itself, and its decision is the configuration.
struct DiscoveredConfiguration: BundleTarget {
    /// A path below `data`; empty for all of it.
    let decision: String
    let apply: @Sendable (Value) async throws(BundleError) -> Void

    func activate(_ bundle: Bundle, name: String, etag: String?) async throws(BundleError) {
        try await apply(try evaluate(bundle))
    }

    func remove(_ name: String) {}

    private func evaluate(_ bundle: Bundle) throws(BundleError) -> Value {
        do {
            let snapshot = try PolicySnapshot(policies: bundle.policies, data: .value(bundle.data))
            let query = try snapshot.document(decision.split(separator: "/").map(String.init))
            if let value = try query.evaluate().solutions.first?.expressions.first?.value { return value }
        } catch let list as DiagnosticList {
            throw BundleError(list)
        } catch {
            throw BundleError(.policies, "\(error)")
        }
        throw BundleError(.policies, "undefined configuration")
    }
}
