import Hummingbird
import Logging
import NIOCore
import Rego
import ServiceLifecycle

/// Decisions over HTTP: OPA's REST API over a `PolicyStore`.
public struct DecisionService: Sendable {
    private let store: PolicyStore
    private let configuration: ServiceConfiguration
    private let plugins: PluginStates
    private let telemetry: Telemetry
    private let logger: Logger

    public init(store: PolicyStore, configuration: ServiceConfiguration, plugins: PluginStates = .init(), telemetry: Telemetry = .init(), logger: Logger) {
        self.store = store
        self.configuration = configuration
        self.plugins = plugins
        self.telemetry = telemetry
        self.logger = logger
    }

    /// Serves until SIGTERM or SIGINT arrives, then answers the requests that are under way and returns.
    ///
    /// - Parameter services: run beside the server and stopped with it.
    public func run(with services: [any Service] = []) async throws {
        let router = Router(context: ServiceContext.self)
        router.add(middleware: RequestObservation(telemetry: telemetry))
        router.add(middleware: ErrorResponses())
        router.add(middleware: AccessChecks(access: AccessControl(store: store, configuration: configuration)))
        router.add(middleware: PathChecks())
        let decisions = Decisions(store: store, configuration: configuration, observer: telemetry.decisionObserver)
        DataRoutes(decisions: decisions).add(to: router)
        DataWriteRoutes(store: store).add(to: router)
        PolicyRoutes(store: store).add(to: router)
        QueryRoutes(decisions: decisions).add(to: router)
        ConfigurationRoutes(configuration: configuration).add(to: router)
        HealthRoutes(decisions: decisions, plugins: plugins).add(to: router)
        MetricsRoutes(telemetry: telemetry, store: store).add(to: router)
        let logger = logger
        let application = Application(
            router: router,
            configuration: ApplicationConfiguration(address: .hostname(configuration.host, port: configuration.port), serverName: nil),
            services: services,
            onServerRunning: { channel in
                logger.info("Server started.", metadata: ["addr": "\(Self.name(channel.localAddress))"])
            },
            logger: Self.quiet(logger))
        try await application.runService()
    }

    private static func name(_ address: SocketAddress?) -> String {
        guard let address, let ip = address.ipAddress, let port = address.port else { return "unknown" }
        return ip.contains(":") ? "[\(ip)]:\(port)" : "\(ip):\(port)"
    }

    /// The server's own messages repeat what the service says; only its warnings are of interest.
    private static func quiet(_ logger: Logger) -> Logger {
        var logger = logger
        logger.logLevel = max(logger.logLevel, .warning)
        return logger
    }
}
