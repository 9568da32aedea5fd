import DecisionService
import Discovery
import Foundation
import Governance
import Logging
import Observability
import Rego
import ReliabilityBudget
import Resilience
import ServiceLifecycle

/// The decision log and the traces that the configuration asks for.
struct ServiceTelemetry {
    let telemetry: Telemetry
    /// The objectives that the configuration names.
    let serviceLevels: ServiceLevels
    /// What works in the background. Ends after the server, so that nothing of its last requests is lost.
    let components: [Component]

    /// - Parameters:
    ///   - configuration: complete but for what is made here.
    ///   - events: takes decisions too, also where no decision log is configured.
    /// - Throws: `DecisionLogError` where a file cannot be opened; `ConfigurationError` for what is not supported.
    init(_ settings: Governance.Configuration, configuration: ServiceConfiguration, events: ServiceEvents? = nil, logger: Logger) throws {
        let health = HealthBoard(clock: WallClock.nanoseconds), healing = HealingLog(clock: WallClock.nanoseconds)
        let recording = events?.decisions(health: health, healing: healing)
        var record: (@Sendable ([[UInt8]]) async -> Void)?
        if let recording { record = { await recording.record($0) } }
        let log = try (settings.decisionLogs ?? events.map { _ in DecisionLogSettings() }).map { decisionLogs in
            try DecisionLog(
                decisionLogs, recordsNondeterminism: settings.recordsNondeterministicBuiltins, services: settings.services, labels: configuration.labels,
                grace: configuration.shutdownGracePeriod, healing: healing, health: health, logger: logger,
                record: record
            ) { lines in
                FileHandle.standardError.write(Data(lines))
            }
        }
        let exporter = try settings.distributedTracing.map { try Self.exporter($0, identifier: configuration.identifier, logger: logger) }
        let share = (settings.distributedTracing?.samplePercentage ?? 0) / 100
        let levels = settings.serviceLevels
        serviceLevels = ServiceLevels(levels.objectives, alerts: levels.alerts, policy: levels.policy)
        telemetry = Telemetry(
            log: log, tracer: exporter.map { Tracer(sampler: Sampler(share: share), exporter: $0) }, serviceLevels: serviceLevels,
            health: health, healing: healing,
            requestBounds: settings.server.requestDurationBuckets.map { .seconds($0) })
        if let exporter { telemetry.registry.add(exporter) }
        if let recording { telemetry.registry.add(recording) }
        let keeper = events?.attach(to: telemetry)
        components = (keeper.map { [$0] } ?? []) + (log.map { [Component("decision_log", of: .telemetry, $0)] } ?? []) + (exporter.map { [Component("traces", of: .telemetry, $0)] } ?? [])
    }

    private static func exporter(_ settings: TracingSettings, identifier: String, logger: Logger) throws -> SpanExporter {
        guard settings.transport == .http else {
            throw ConfigurationError([ConfigurationProblem(key: "distributed_tracing.type", reason: "grpc is not supported; use http")])
        }
        var options = SpanExporter.Options()
        options.queueSize = settings.maximumQueueSize
        options.batchSize = settings.maximumExportBatchSize
        options.delay = settings.batchTimeout
        var attributes = settings.resource
        attributes["service.name"] = settings.serviceName
        attributes["service.version"] = attributes["service.version"] ?? Version.number
        attributes["service.instance.id"] = attributes["service.instance.id"] ?? identifier
        let resource = attributes.sorted { $0.key < $1.key }.map { ($0.key, Span.Attribute.text($0.value)) }
        let upstream = Upstream(security: security(settings), retry: RetryPolicy(maximumAttempts: 3))
        let url = "\(settings.encryption == .off ? "http" : "https")://\(settings.address)/v1/traces"
        return SpanExporter(
            options, resource: resource, version: Version.number, logger: logger, send: upstream.spanReceiver(at: url, deadline: settings.exportTimeout))
    }

    private static func security(_ settings: TracingSettings) -> TransportSecurity {
        var security = TransportSecurity(skipsVerification: settings.allowsInsecureTLS)
        security.authorities = settings.authorityFile.map { [.file($0)] } ?? []
        guard settings.encryption == .mtls else { return security }
        security.certificate = settings.certificateFile.map { .file($0) }
        security.privateKey = settings.privateKeyFile.map { .file($0) }
        return security
    }
}
