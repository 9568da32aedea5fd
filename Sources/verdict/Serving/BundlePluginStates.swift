import DecisionService
import Governance
import ServiceLifecycle

/// Tells the Health API how bundles are doing: OK once every configured one was activated.
struct BundlePluginStates: Service {
    private let bundles: BundleService
    private let plugins: PluginStates

    init(bundles: BundleService, plugins: PluginStates) {
        self.bundles = bundles
        self.plugins = plugins
        // The first request may come before the first change.
        plugins["bundle"] = Self.state(bundles.statuses.all)
        plugins["discovery"] = Self.state(bundles.discoveryStatuses.all) ?? .ok
    }

    func run() async throws {
        await withTaskGroup { group in
            group.addTask {
                for await all in bundles.statuses.changes().cancelOnGracefulShutdown() { plugins["bundle"] = Self.state(all) }
            }
            group.addTask {
                for await all in bundles.discoveryStatuses.changes().cancelOnGracefulShutdown() { plugins["discovery"] = Self.state(all) ?? .ok }
            }
        }
    }

    /// Nil where there are none.
    private static func state(_ statuses: [BundleStatus]) -> PluginStates.State? {
        if statuses.isEmpty { return nil }
        return statuses.allSatisfy(\.isActive) ? .ok : .notReady
    }
}
