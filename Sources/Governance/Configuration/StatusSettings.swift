/// `status`: where the service reports how it is.
public struct StatusSettings: Sendable, Equatable {
    /// The service that gets reports; nil where they only go to the console or to metrics.
    public var service: String?
    public var resource = "/status"
    public var console = false
    public var prometheus = false
    public var trigger = Trigger.periodic
    /// Upper bounds of the histogram of bundle loading times, in nanoseconds.
    public var loadingDurationBuckets: [Double] = (0..<20).map { Double(1000 << $0) }

    public init() {}

    static func read(_ section: ConfigurationSection, services: [ServiceSettings]) -> StatusSettings {
        var settings = StatusSettings()
        settings.console = section.flag("console") ?? false
        settings.prometheus = section.flag("prometheus") ?? false
        if let plugin = section.string("plugin") { section.refuse("plugin", "the plugin '\(plugin)' is not there; use service, console or prometheus") }
        let named = section.string("service")
        if named != nil || !(settings.console || settings.prometheus) { settings.service = ServiceReference.resolve(named, section, services) }
        if let partition = section.string("partition_name") { settings.resource = "/status/\(partition)" }
        settings.trigger = section.choice("trigger", Trigger.self) ?? .periodic
        section.section("prometheus_config") {
            $0.section("collectors") {
                $0.section("bundle_loading_duration_ns") { settings.loadingDurationBuckets = $0.numbers("buckets") ?? settings.loadingDurationBuckets }
            }
        }
        return settings
    }
}
