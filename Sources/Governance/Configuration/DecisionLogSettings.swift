/// `decision_logs`: what is recorded of decisions, and where it goes.
public struct DecisionLogSettings: Sendable, Equatable {
    public enum BufferType: String, Sendable, CaseIterable {
        /// Holds compressed chunks, limited in bytes.
        case size
        /// Holds events, limited in number.
        case event
    }

    /// A file of events, one a line.
    public struct File: Sendable, Equatable {
        public var path: String
        /// Bytes after which the file is set aside and a new one begun.
        public var sizeLimit = 100 << 20
        /// Files set aside that are kept.
        public var fileLimit = 5
    }

    /// The service that logs are uploaded to; nil where they only go to the console or to a file.
    public var service: String?
    public var resource = "/logs"
    public var console = false
    /// A file that events are appended to.
    public var file: File?
    /// Documents that say what is masked and what is dropped, as paths below `data`.
    public var maskDecision = "/system/log/mask"
    public var dropDecision = "/system/log/drop"
    /// Request headers that are recorded.
    public var requestHeaders: [String] = []
    public var bufferType = BufferType.size
    /// Uncompressed bytes of events that wait for upload; nil for no limit. There is one where nothing is said, so that a service which is away
    /// does not fill the memory.
    public var bufferSizeLimitBytes: Int? = 128 << 20
    /// Bytes that decisions on their way to the log may keep alive; what comes when there are more is dropped and counted.
    public var queueSizeLimitBytes = 64 << 20
    public var bufferSizeLimitEvents = 10_000
    /// Compressed bytes of one upload.
    public var uploadSizeLimitBytes = 32_768
    /// Waits between uploads.
    public var delays = PollingSettings(minimumDelay: .seconds(300), maximumDelay: .seconds(600))
    /// Nil for no limit.
    public var maximumDecisionsPerSecond: Double?
    public var trigger = Trigger.periodic

    public init() {}

    private static let uploadSizes = 90...4_294_967_296

    static func read(_ section: ConfigurationSection, services: [ServiceSettings]) -> DecisionLogSettings {
        var settings = DecisionLogSettings()
        settings.console = section.flag("console") ?? false
        if let plugin = section.string("plugin") { section.refuse("plugin", "the plugin '\(plugin)' is not there; use service, file or console") }
        settings.file = section.section("file", readFile) ?? nil
        let named = section.string("service")
        if named != nil || !(settings.console || settings.file != nil) { settings.service = ServiceReference.resolve(named, section, services) }
        if let partition = section.string("partition_name") { settings.resource = "/logs/\(partition)" }
        if let resource = section.string("resource") { settings.resource = resource }
        settings.queueSizeLimitBytes = section.integer("queue_size_limit_bytes", in: 1...(1 << 40)) ?? settings.queueSizeLimitBytes
        settings.maskDecision = section.string("mask_decision") ?? settings.maskDecision
        settings.dropDecision = section.string("drop_decision") ?? settings.dropDecision
        section.section("request_context") { $0.section("http") { settings.requestHeaders = $0.strings("headers") ?? [] } }
        section.section("reporting") { readReporting($0, into: &settings) }
        return settings
    }

    private static func readFile(_ section: ConfigurationSection) -> File? {
        guard let path = section.string("path") else {
            section.refuse("", "path is missing")
            return nil
        }
        var file = File(path: path)
        file.sizeLimit = section.integer("max_size_bytes", in: 1...(1 << 50)) ?? file.sizeLimit
        file.fileLimit = section.integer("max_files", in: 0...10_000) ?? file.fileLimit
        return file
    }

    private static func readReporting(_ section: ConfigurationSection, into settings: inout DecisionLogSettings) {
        settings.bufferType = section.choice("buffer_type", BufferType.self) ?? .size
        if let limit = section.integer("buffer_size_limit_bytes", in: 0...(1 << 40)) { settings.bufferSizeLimitBytes = limit == 0 ? nil : limit }
        settings.bufferSizeLimitEvents = section.integer("buffer_size_limit_events", in: 1...1_000_000_000) ?? settings.bufferSizeLimitEvents
        if let limit = section.integer("upload_size_limit_bytes", in: 0...(1 << 50)) {
            settings.uploadSizeLimitBytes = min(max(limit, uploadSizes.lowerBound), uploadSizes.upperBound)
            if settings.uploadSizeLimitBytes != limit {
                section.reading.warn("\(section.path).upload_size_limit_bytes", section.node["upload_size_limit_bytes"], "set to \(settings.uploadSizeLimitBytes), the nearest that is allowed")
            }
        }
        settings.delays = PollingSettings.readDelays(section, defaults: settings.delays)
        settings.maximumDecisionsPerSecond = section.number("max_decisions_per_second", in: 0.001...1_000_000_000)
        settings.trigger = section.choice("trigger", Trigger.self) ?? .periodic
        if settings.bufferType == .event, section.has("buffer_size_limit_bytes") {
            section.refuse("buffer_size_limit_bytes", "only the size buffer has it; use buffer_size_limit_events")
        }
        if settings.bufferType == .size, section.has("buffer_size_limit_events") {
            section.refuse("buffer_size_limit_events", "only the event buffer has it; use buffer_size_limit_bytes")
        }
        if section.has("buffer_size_limit_bytes"), settings.bufferSizeLimitBytes != nil, settings.maximumDecisionsPerSecond != nil {
            section.refuse("max_decisions_per_second", "cannot stand beside buffer_size_limit_bytes")
        }
    }
}
