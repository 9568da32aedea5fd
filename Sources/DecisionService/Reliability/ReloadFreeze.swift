import Governance
import Logging
import Observability
import ReliabilityBudget

/// Keeps bundles and files from being reloaded while the error budget burns, where the budget's policy says so.
///
/// The first version of a bundle always comes in, and so does what somebody asks for by hand.
public struct ReloadFreeze: BundleTarget {
    private let target: any BundleTarget
    private let store: PolicyStore
    private let levels: ServiceLevels

    public init(_ store: PolicyStore, levels: ServiceLevels) {
        target = store
        self.store = store
        self.levels = levels
    }

    public func activate(_ bundle: Bundle, name: String, etag: String?) async throws(BundleError) {
        if store.generation.bundles[name] != nil, let reason = reason(for: name) { throw BundleError(.frozen, reason) }
        try await target.activate(bundle, name: name, etag: etag)
    }

    public func remove(_ name: String) async throws(BundleError) { try await target.remove(name) }

    public func activeBundles() -> Set<String>? { target.activeBundles() }

    /// Why a bundle, or files for which there is no name, may not be reloaded now; nil where they may.
    public func reason(for name: String = "") -> String? {
        let state = levels.state
        guard !levels.policy.permitsReload(of: name, in: state) else { return nil }
        return switch state {
        case .spent: "reloads are frozen: the error budget is spent (slo.policy.freeze_reloads)"
        default: "reloads are frozen: the error budget burns too fast (slo.policy.freeze_reloads)"
        }
    }
}
