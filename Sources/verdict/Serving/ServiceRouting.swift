import DecisionService
import Governance
import Logging
import Observability
import Rego
import Routing

/// The routes that the configuration asks for, and what fills the revisions beside the active policies.
struct ServiceRouting {
    let routing: DecisionRouting?
    let components: [Component]

    /// - Throws: where a revision cannot be read at first, or routes name what is not there.
    init(_ settings: Governance.Configuration, telemetry: Telemetry, version: RegoVersion, ignored: [String], logger: Logger) throws {
        guard let section = settings.routing else {
            (routing, components) = (nil, [])
            return
        }
        var stores: [String: PolicyStore] = [:]
        var components: [Component] = []
        for revision in section.revisions {
            let (store, component) = try Self.revision(revision, settings, version, ignored, logger)
            if let tracer = telemetry.tracer { store.trace(with: tracer) }
            stores[revision.name] = store
            components.append(component)
        }
        let pools = settings.services.map { ($0.name, ForwardingService(name: $0.name, url: $0.url, headers: $0.headers, upstream: $0.upstream)) }
        routing = try DecisionRouting(
            section.table, revisions: PolicyRevisions(stores), pools: Dictionary(pools) { first, _ in first }, healing: telemetry.healing, health: telemetry.health,
            logger: logger)
        self.components = components
    }

    private static func revision(
        _ revision: RoutingSettings.Revision, _ settings: Governance.Configuration, _ version: RegoVersion, _ ignored: [String], _ logger: Logger
    ) throws -> (PolicyStore, Component) {
        var logger = logger
        logger[metadataKey: "revision"] = "\(revision.name)"
        let name = "revision_\(revision.name)"
        switch revision.source {
        case .path(let path):
            let load: @Sendable () throws -> PolicyStore.Contents = {
                let sources = try LoadedSources(paths: [path], version: version, ignored: ignored)
                return PolicyStore.Contents(policies: sources.policies, data: sources.data, bundles: sources.bundles)
            }
            let stamps = FileStamps(of: [path]), store = try PolicyStore(try load(), version: version)
            return (store, Component(name, of: .policy, PolicyWatcher(paths: [path], since: stamps, store: store, logger: logger, load: load)))
        case .bundle(let bundle):
            var own = settings
            own.bundles = [bundle]
            own.discovery = nil
            let store = try PolicyStore(PolicyStore.Contents(policies: [], data: .empty), version: version)
            return (store, Component(name, of: .policy, BundleService(own, target: store, version: version, logger: logger)))
        }
    }
}
