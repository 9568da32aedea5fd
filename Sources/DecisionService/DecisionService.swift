import Hummingbird
import Logging
import NIOCore
import NIOPosix
import Observability
import Rego
import ReliabilityBudget
import Resilience
import ServiceLifecycle
import TokenSecurity
import UnixSignals

/// Decisions over HTTP: OPA's REST API over a `PolicyStore`.
public struct DecisionService: Sendable {
    private let store: PolicyStore
    private let configuration: ServiceConfiguration
    private let plugins: PluginStates
    private let telemetry: Telemetry
    private let admission: AdmissionControl
    private let logger: Logger

    public init(
        store: PolicyStore, configuration: ServiceConfiguration, plugins: PluginStates = .init(), telemetry: Telemetry = .init(),
        admission: AdmissionControl = .init(), logger: Logger
    ) {
        self.store = store
        self.configuration = configuration
        self.plugins = plugins
        self.telemetry = telemetry
        self.admission = admission
        self.logger = logger
    }

    /// Serves until SIGTERM or SIGINT arrives, then answers the requests that are under way and returns.
    ///
    /// - Parameters:
    ///   - components: run beside the server, started again when they end, and stopped after the server.
    ///   - restarts: how often they are started again.
    ///   - drills: what a drill can break besides components, by name.
    /// - Throws: `SupervisionFailure` where components cannot be kept running.
    public func run(
        with components: [Component] = [], restarts: RestartIntensity = .init(), drills: [(name: String, cause: @Sendable () async -> Void)] = []
    ) async throws {
        telemetry.registry.add(StoreMetrics(store: store, responses: configuration.responseCache))
        telemetry.registry.add(admission)
        telemetry.registry.add(UpstreamMetrics(upstreams: configuration.upstreams))
        if let routing = configuration.routing { telemetry.registry.add(RoutingMetricSource(routing: routing)) }
        if let tokens = configuration.tokenMetrics { telemetry.registry.add(tokens) }
        if let chaos = configuration.chaos { telemetry.registry.add(ChaosMetrics(chaos: chaos)) }
        let decisions = DecisionResponder(decisions: Decisions(store: store, configuration: configuration, observer: telemetry.decisionObserver), logger: logger)
        if !configuration.fallbacks.isEmpty { telemetry.registry.add(decisions.decisions.fallbacks) }
        let access = AccessControl(decisions: decisions.decisions)
        let longDecisions = LongWork(limit: configuration.limits.waitingDecisions, threadCount: AvailableProcessors.count)
        let preparation = LongWork(limit: configuration.limits.waitingDecisions, threadCount: 1)
        let background = LongWork.inBackground(limit: configuration.limits.waitingDecisions)
        let routed = configuration.routing.map { RoutedDecisions($0, stable: decisions) }
        let lanes = DecisionLanes(
            responder: decisions, access: access, observation: DirectObservation(telemetry: telemetry), router: router(decisions, access, routed),
            longDecisions: longDecisions, preparation: preparation, background: background,
            admission: DecisionAdmission(control: admission, timeBudget: configuration.timeBudget), routed: routed)
        let diagnostics = diagnosticRouter(decisions.decisions, access)
        let certificates = try configuration.tls.map { try CertificateWatcher($0, period: configuration.certificateRefreshPeriod, logger: logger) }
        let acceptors = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let faults = configuration.chaos.map { ConnectionFaults($0, levels: telemetry.serviceLevels, patience: configuration.limits.idleTimeout) }
        let answering: any RequestLanes = faults.map { FaultyLanes(lanes: lanes, faults: $0) } ?? lanes
        let server = HTTPServer(
            listeners: configuration.addresses.map { HTTPServer.Listener(address: $0, lanes: answering, faults: faults) }
                + configuration.diagnosticAddresses.map { HTTPServer.Listener(address: $0, lanes: diagnostics) },
            configuration: configuration, certificates: certificates, acceptors: acceptors, group: MultiThreadedEventLoopGroup.singleton, telemetry: telemetry,
            access: access, logger: logger)
        let supervisor = Supervisor(
            components + (certificates.map { [Component("certificates", of: .security, $0)] } ?? []), intensity: restarts, healing: telemetry.healing,
            health: telemetry.health, logger: logger)
        // The server ends first: what the components do for its requests is then complete.
        var all = [
            ServiceGroupConfiguration.ServiceConfiguration(service: supervisor),
            .init(service: Supervisor.Alarm(supervisor: supervisor), failureTerminationBehavior: .gracefullyShutdownGroup), .init(service: server),
        ]
        if let name = configuration.drill {
            let faults = supervisor.names.map { name in (name, { @Sendable in supervisor.kill(name) }) } + drills + [("listener", { @Sendable in await server.dropListener() })]
            all.insert(.init(service: Drill(faults: faults, name: name, signals: await UnixSignalsSequence(trapping: .sigusr1), logger: logger)), at: 0)
        }
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(services: all, gracefulShutdownSignals: [.sigterm, .sigint], logger: Self.quiet(logger)))
        try await group.run()
        longDecisions.stop()
        preparation.stop()
        background.stop()
        routed?.stop()
        try await acceptors.shutdownGracefully()
    }

    private func router(_ decisions: DecisionResponder, _ access: AccessControl, _ routed: RoutedDecisions?) -> RouterLane {
        let router = guardedRouter(access, decisions.decisions)
        if routed != nil { router.add(middleware: IntentChecks()) }
        DataRoutes(responder: decisions, routed: routed).add(to: router)
        BatchRoutes(decisions: decisions.decisions).add(to: router)
        DataWriteRoutes(store: store).add(to: router)
        PolicyRoutes(store: store).add(to: router)
        QueryRoutes(decisions: decisions.decisions).add(to: router)
        CompileRoutes(decisions: decisions.decisions).add(to: router)
        FilterRoutes(decisions: decisions.decisions).add(to: router)
        ConfigurationRoutes(configuration: configuration).add(to: router)
        ServiceLevelRoutes(levels: telemetry.serviceLevels).add(to: router)
        HealthRoutes(decisions: decisions.decisions, plugins: plugins, health: telemetry.health).add(to: router)
        ProbeRoutes(health: telemetry.health).add(to: router)
        HealingRoutes(healing: telemetry.healing).add(to: router)
        UpstreamRoutes(upstreams: configuration.upstreams).add(to: router)
        ChaosRoutes(chaos: configuration.chaos, levels: telemetry.serviceLevels).add(to: router)
        RegistryRoutes(registry: configuration.registry).add(to: router)
        EventRoutes(events: configuration.events).add(to: router)
        RoutingRoutes(routing: configuration.routing).add(to: router)
        IdentityKeyRoutes(signer: configuration.propagation?.signer).add(to: router)
        MetricsRoutes(telemetry: telemetry).add(to: router)
        return RouterLane(router.buildResponder(), needsCertificate: access.needsCertificate, logger: logger)
    }

    /// What diagnostic addresses answer.
    private func diagnosticRouter(_ decisions: Decisions, _ access: AccessControl) -> RouterLane {
        let router = guardedRouter(access, nil)
        HealthRoutes(decisions: decisions, plugins: plugins, health: telemetry.health).add(to: router)
        ProbeRoutes(health: telemetry.health).add(to: router)
        MetricsRoutes(telemetry: telemetry).add(to: router)
        return RouterLane(router.buildResponder(), needsCertificate: access.needsCertificate, logger: logger)
    }

    private func guardedRouter(_ access: AccessControl, _ decisions: Decisions?) -> Router<ServiceContext> {
        let router = Router(context: ServiceContext.self)
        router.add(middleware: RequestObservation(telemetry: telemetry))
        router.add(middleware: ErrorResponses())
        router.add(middleware: AccessChecks(access: access))
        if let settings = configuration.externalAuthorization, let decisions {
            router.add(middleware: ExternalAuthorization(settings: settings, decisions: decisions))
        }
        router.add(middleware: PathChecks())
        return router
    }

    /// The server's own messages repeat what the service says; only its warnings are of interest.
    private static func quiet(_ logger: Logger) -> Logger {
        var logger = logger
        logger.logLevel = max(logger.logLevel, .warning)
        return logger
    }
}
