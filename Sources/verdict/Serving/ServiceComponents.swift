import DecisionService
import Discovery
import Governance
import Logging
import Rego
import ReliabilityBudget

/// What brings policies to the store and watches over them and the process.
struct ServiceComponents {
    let bundles: BundleService
    /// Says when reloads have to wait.
    let freeze: ReloadFreeze
    /// Takes back what fails.
    let quarantine: PolicyQuarantine
    let components: [Component]
    /// What a drill can break of it.
    let drills: [(name: String, cause: @Sendable () async -> Void)]

    init(
        _ settings: Governance.Configuration, store: PolicyStore, upstreams: Upstreams, telemetry: ServiceTelemetry, admission: AdmissionControl,
        version: RegoVersion, logger: Logger
    ) {
        let (health, healing) = (telemetry.telemetry.health, telemetry.telemetry.healing)
        let freeze = ReloadFreeze(store, levels: telemetry.serviceLevels)
        let quarantine = PolicyQuarantine(store, target: freeze, settings: settings.healing.quarantine, healing: healing, health: health, logger: logger)
        let bundles = BundleService(settings, target: quarantine, version: version, upstreams: upstreams, logger: logger)
        quarantine.onRollback { name, revision in await bundles.didRollBack(name, to: revision) }
        let watchdog = EventLoopWatchdog(settings.healing, admission: admission, healing: healing, health: health, logger: logger)
        self.freeze = freeze
        self.quarantine = quarantine
        self.bundles = bundles
        components = [
            Component("bundle_health", of: .policy, BundleHealth(bundles.statuses, health: health)),
            Component(
                "service_levels", of: .telemetry,
                ServiceLevelObserver(telemetry.serviceLevels, bundles: bundles.statuses, log: telemetry.telemetry.log?.counters, logger: logger)),
            Component("quarantine", of: .healing, quarantine),
            Component("reconciliation", of: .healing, Reconciler(bundles, every: settings.healing.reconciliationPeriod, healing: healing, logger: logger)),
            Component("watchdog", of: .healing, watchdog),
            Component("memory_watch", of: .healing, MemoryWatch(settings.healing, store: store, admission: admission, healing: healing, health: health, logger: logger)),
        ]
        drills = [("bundle_loaders", { await bundles.killLoaders() }), ("event_loop", { watchdog.block(for: settings.healing.loopDeath * 2) })]
    }
}
