import ArgumentParser
import DataConsistency
import DecisionService
import Discovery
import Foundation
import Governance
import Logging
import NetworkAccess
import Rego
import ReliabilityBudget
import TokenSecurity

/// `verdict run --server`: serves decisions over HTTP.
struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Serve decisions over HTTP.",
        discussion: """
            verdict run --server policies                     # on localhost:8181
            verdict run --server --watch policies             # policies follow their files
            verdict run --server --config-file verdict.yaml   # bundles, objectives, limits
            """)

    @Flag(name: .shortAndLong, help: "Serve; the only mode there is.")
    var server = false
    @OptionGroup var listener: ListenerOptions
    @Flag(name: .shortAndLong, help: "Reload policies and data when their files change.")
    var watch = false
    @Flag(name: [.short, .customLong("bundle")], help: "Read the paths as bundles: archives or folders.")
    var bundle = false
    @Option(name: .long, help: "A pattern of file and folder names to leave out; may be repeated.")
    var ignore: [String] = []
    @Flag(name: .customLong("skip-verify"), help: "Do not verify the signatures of bundles.")
    var skipVerify = false
    @OptionGroup var algorithm: SigningAlgorithmOption
    @OptionGroup var verifying: BundleVerificationOptions
    @OptionGroup var configurationOptions: ConfigurationOptions
    @Flag(name: .customLong("v0-compatible"), help: "Read modules as Rego v0.")
    var v0Compatible = false
    @OptionGroup var access: AccessOptions
    @Option(name: .customLong("step-budget"), help: "Loop iterations and calls that one decision may take.")
    var stepBudget: UInt64 = 500_000_000
    @Option(name: .customLong("time-budget"), help: "Seconds that one decision may take; 0 for as long as its steps allow.")
    var timeBudget = 0.0
    @Option(name: .long, help: ArgumentHelp("What each SIGUSR1 breaks, to see that it heals: the name of a component, or any.", visibility: .hidden))
    var drill: String?
    @Option(name: [.customShort("l"), .customLong("log-level")], help: "debug, info or error.")
    var logLevel = Logger.Level.info
    @Option(name: .customLong("log-format"), help: "json or text.")
    var logFormat = LogFormat.json
    @OptionGroup var capabilities: CapabilitiesOption
    @Argument(help: "Policy and data files or folders, and URLs of bundles.")
    var paths: [String] = []

    func validate() throws {
        guard server else { throw ValidationError("only `run --server` is there; for single queries use `verdict eval`") }
        _ = try listener.configuration(defaultDecision: "", authorizationDecision: "")
    }

    func run() async throws {
        AvailableProcessors.sizeThreadPools()
        let format = logFormat
        LoggingSystem.bootstrap { _ in ServiceLog(format: format) }
        var logger = Logger(label: "verdict")
        logger.logLevel = logLevel
        let load = loading
        let watched = paths.filter { !Self.isURL($0) }, stamps = FileStamps(of: watch ? watched : [])
        let settings: Governance.Configuration
        let store: PolicyStore
        let events: ServiceEvents?
        do {
            settings = try configurationOptions.read(bundles: urls)
            var options = CompilerOptions()
            options.capabilities = try capabilities.read()
            events = try settings.eventLog.map { try ServiceEvents($0, persistenceDirectory: settings.persistenceDirectory, logger: logger) }
            let loaded = try load(), version: RegoVersion = v0Compatible ? .v0 : .v1
            store = try events?.store(loaded, options: options, version: version) ?? PolicyStore(loaded, options: options, version: version)
        } catch let error as ConfigurationError {
            Reporting.error("error: config error: \(error)")
            throw ExitCode(1)
        } catch let error as DiagnosticList {
            Reporting.error("error: load error: " + Reporting.text(error.diagnostics))
            throw ExitCode(1)
        } catch let error as PolicyFiles.Failure {
            Reporting.error("error: load error: \(error)")
            throw ExitCode(1)
        } catch let error as EventLogError {
            Reporting.error("error: event log error: \(error.message)")
            throw ExitCode(1)
        }
        defer { events?.close() }
        events?.recorder.record(configuration: settings.document)
        for warning in settings.warnings { logger.warning("\(warning)") }
        var configuration = try listener.configuration(defaultDecision: settings.defaultDecision, authorizationDecision: settings.defaultAuthorizationDecision, server: settings.server)
        configuration.runtime = Self.runtime(settings)
        configuration.given = settings.source
        configuration.stepBudget = stepBudget
        if timeBudget > 0 { configuration.timeBudget = .seconds(timeBudget) }
        configuration.network = ProcessNetwork(userAgent: "Verdict/\(Version.number)")
        configuration.responseCache = HTTPResponseCache(settings.caching)
        configuration.version = Version.number
        configuration.fallbacks = settings.fallbacks
        let experiments = ServiceExperiments(settings, logger: logger)
        configuration.chaos = experiments?.chaos
        configuration.externalAuthorization = settings.externalAuthorization.map { section in
            var checks = ExternalAuthorizationSettings(prefix: section.prefix, decision: section.decision)
            checks.bodyLimit = section.bodyLimit
            if let names = section.strippedHeaders { checks.identityHeaders = IdentityHeaders(names) }
            return checks
        }
        configuration.registry = settings.registry?.isServed == true ? Registry() : nil
        configuration.events = events?.served
        let telemetry: ServiceTelemetry, identities: ServiceIdentities
        do {
            telemetry = try ServiceTelemetry(settings, configuration: configuration, events: events, logger: logger)
            identities = try await ServiceIdentities(access, settings, logger: logger)
            try identities.apply(to: &configuration)
        } catch {
            Reporting.error("error: config error: \(error)")
            throw ExitCode(1)
        }
        if let tracer = telemetry.telemetry.tracer { store.trace(with: tracer) }
        logger.info("Initializing server.", metadata: ["addr": "\(listener.addresses.joined(separator: ", "))", "policies": "\(store.contents.policies.count)"])
        BreakerEvents(telemetry.telemetry.healing, logger: logger).begin()
        let admission = AdmissionControl(settings.admission)
        let background = ServiceComponents(
            settings, store: store, upstreams: configuration.upstreams, telemetry: telemetry, admission: admission, version: v0Compatible ? .v0 : .v1, logger: logger)
        let routing: ServiceRouting
        do {
            routing = try ServiceRouting(settings, telemetry: telemetry.telemetry, version: v0Compatible ? .v0 : .v1, ignored: ignore, logger: logger)
        } catch {
            Reporting.error("error: \(error)")
            throw ExitCode(1)
        }
        configuration.routing = routing.routing
        let plugins = PluginStates()
        if settings.decisionLogs != nil { plugins["decision_logs"] = .ok }
        let reporter = reporter(settings, configuration, background.bundles, plugins, logger)
        if let reporter {
            plugins["status"] = .ok
            configuration.statusReport = { reporter.latest }
        }
        configuration.drill = drill
        let reloader = ConfigurationReloader(logger: logger, read: { [configurationOptions, urls] in try configurationOptions.read(bundles: urls) }) { changed in
            if let table = changed.routing?.table { try routing.routing?.follow(table) }
            try store.reload(load())
            await background.bundles.apply(changed)
            events?.recorder.record(configuration: changed.document)
        }
        var components = telemetry.components + identities.components + routing.components
        components.append(Component("bundles", of: .policy, background.bundles))
        components.append(Component("bundle_states", of: .policy, BundlePluginStates(bundles: background.bundles, plugins: plugins)))
        if watch {
            background.quarantine.began(with: store.contents)
            let watcher = PolicyWatcher(
                paths: watched, since: stamps, quarantine: background.quarantine, freeze: background.freeze, logger: logger, load: load)
            components.append(Component("policy_watcher", of: .policy, watcher))
        }
        components.append(Component("configuration", of: .policy, reloader))
        if let experiments { components.append(Component("steady_state", of: .healing, experiments.watching(telemetry.telemetry.requests, telemetry.serviceLevels))) }
        if let registration = settings.registry?.registration {
            components.append(Component("registration", of: .telemetry, RegistryMembership(registration, id: configuration.identifier, logger: logger)))
        }
        if let reporter { components.append(Component("status", of: .telemetry, reporter)) }
        do {
            try await DecisionService(
                store: store, configuration: configuration, plugins: plugins, telemetry: telemetry.telemetry, admission: admission, logger: logger
            ).run(with: components + background.components, restarts: settings.healing.restarts, drills: background.drills)
        } catch let failure as SupervisionFailure {
            Reporting.error("error: \(failure)")
            throw ExitCode(SupervisionFailure.exitCode)
        } catch {
            Reporting.error("error: \(error)")
            throw ExitCode(1)
        }
        logger.info("Server shutdown.")
    }

    /// Nil where the configuration asks for no reports.
    private func reporter(
        _ settings: Governance.Configuration, _ configuration: ServiceConfiguration, _ bundles: BundleService, _ plugins: PluginStates, _ logger: Logger
    ) -> StatusReporter? {
        settings.status.map { status in
            StatusReporter(
                status, service: settings.services.first { $0.name == status.service }, labels: configuration.labels, bundles: bundles,
                plugins: { plugins.all.mapValues(\.rawValue) }, logger: logger)
        }
    }

    /// Bundles on the command line that come from servers.
    private var urls: [String] { paths.filter(Self.isURL) }

    private static func isURL(_ path: String) -> Bool { path.hasPrefix("http://") || path.hasPrefix("https://") }

    /// Reads policies and data from disk.
    private var loading: @Sendable () throws -> PolicyStore.Contents {
        let local = paths.filter { !Self.isURL($0) }
        let (files, bundles) = bundle ? ([], local) : (local, [])
        let version: RegoVersion = v0Compatible ? .v0 : .v1
        let verification = bundle && !skipVerify ? verifying.verification(algorithm: algorithm.signingAlgorithm) : nil
        return { [ignore] in
            let sources = try LoadedSources(paths: files, bundles: bundles, version: version, ignored: ignore, verification: verification)
            return PolicyStore.Contents(policies: sources.policies, data: sources.data, bundles: sources.bundles)
        }
    }

    /// What `opa.runtime()` gives: the configuration, the environment and the version.
    private static func runtime(_ settings: Governance.Configuration) -> Value {
        let environment = ProcessInfo.processInfo.environment.map { (Value.string($0.key), Value.string($0.value)) }
        return .makeObject([(.string("config"), settings.document), (.string("env"), .makeObject(environment)), (.string("version"), .string(Version.number))])
    }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}

extension HTTPResponseCache {
    fileprivate convenience init(_ settings: CachingSettings) {
        self.init(
            byteLimit: settings.maximumSize ?? Self.defaultByteLimit, evictionThreshold: settings.evictionThreshold,
            sweepPeriod: settings.staleEntryEvictionPeriod)
    }
}
