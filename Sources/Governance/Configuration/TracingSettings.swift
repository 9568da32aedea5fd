/// `distributed_tracing`: where spans go (OTLP).
public struct TracingSettings: Sendable, Equatable {
    public enum Transport: String, Sendable, CaseIterable {
        case grpc, http
    }

    public enum Encryption: String, Sendable, CaseIterable {
        case off, tls, mtls
    }

    public var transport: Transport
    /// HOST:PORT.
    public var address: String
    public var serviceName = "opa"
    /// 0 to 100.
    public var samplePercentage = 100.0
    public var encryption = Encryption.off
    public var allowsInsecureTLS = false
    public var certificateFile: String?
    public var privateKeyFile: String?
    public var authorityFile: String?
    /// Attributes of the resource by their names in OpenTelemetry's conventions, such as `service.version`.
    public var resource: [String: String] = [:]
    /// Whether callers wait when the queue is full; else spans are dropped.
    public var isBlocking = false
    public var batchTimeout: Duration = .milliseconds(5000)
    public var exportTimeout: Duration = .milliseconds(30_000)
    public var maximumExportBatchSize = 512
    public var maximumQueueSize = 2048

    public init(transport: Transport) {
        self.transport = transport
        address = transport == .grpc ? "localhost:4317" : "localhost:4318"
    }

    static func read(_ section: ConfigurationSection) -> TracingSettings? {
        // An empty type turns tracing off.
        let transport: Transport? = section.string("type") == "" ? nil : section.choice("type", Transport.self)
        var settings = TracingSettings(transport: transport ?? .grpc)
        settings.address = section.string("address") ?? settings.address
        settings.serviceName = section.string("service_name") ?? settings.serviceName
        settings.samplePercentage = section.number("sample_percentage", in: 0...100) ?? settings.samplePercentage
        settings.encryption = section.choice("encryption", Encryption.self) ?? .off
        settings.allowsInsecureTLS = section.flag("allow_insecure_tls") ?? false
        settings.certificateFile = section.string("tls_cert_file")
        settings.privateKeyFile = section.string("tls_private_key_file")
        settings.authorityFile = section.string("tls_ca_cert_file")
        if (settings.certificateFile == nil) != (settings.privateKeyFile == nil) {
            section.refuse("", "tls_cert_file and tls_private_key_file are needed together")
        }
        if settings.encryption == .mtls, settings.certificateFile == nil { section.refuse("", "encryption mtls needs tls_cert_file and tls_private_key_file") }
        section.section("resource") { resource in
            for key in ["service_version", "service_instance_id", "service_namespace", "deployment_environment"] {
                settings.resource[names[key] ?? key] = resource.string(key)
            }
        }
        section.section("batch_span_processor_options") { readBatch($0, into: &settings) }
        return transport == nil ? nil : settings
    }

    private static let names = [
        "service_version": "service.version", "service_instance_id": "service.instance.id", "service_namespace": "service.namespace",
        "deployment_environment": "deployment.environment",
    ]

    private static func readBatch(_ section: ConfigurationSection, into settings: inout TracingSettings) {
        settings.isBlocking = section.flag("blocking") ?? false
        if let milliseconds = section.integer("batch_timeout_ms", in: 1...86_400_000) { settings.batchTimeout = .milliseconds(milliseconds) }
        if let milliseconds = section.integer("export_timeout_ms", in: 1...86_400_000) { settings.exportTimeout = .milliseconds(milliseconds) }
        settings.maximumExportBatchSize = section.integer("max_export_batch_size", in: 1...1_000_000) ?? settings.maximumExportBatchSize
        settings.maximumQueueSize = section.integer("max_queue_size", in: 1...10_000_000) ?? settings.maximumQueueSize
    }
}
