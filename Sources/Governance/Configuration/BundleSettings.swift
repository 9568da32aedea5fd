/// `bundles.<name>`: where a bundle comes from, and how often.
public struct BundleSettings: Sendable, Equatable {
    public var name: String
    /// A configured service; nil for a `file://` resource.
    public var service: String?
    public var resource: String
    public var polling = PollingSettings(minimumDelay: .seconds(60), maximumDelay: .seconds(120))
    public var trigger = Trigger.periodic
    /// Whether the last active version is kept on disk, for starts without the server.
    public var persists = false
    /// Bytes of one file of the bundle.
    public var sizeLimit = 1 << 30
    public var signing: SigningSettings?

    public init(name: String, service: String?, resource: String) {
        self.name = name
        self.service = service
        self.resource = resource
    }

    static func read(_ name: String, _ section: ConfigurationSection, services: [ServiceSettings]) -> BundleSettings {
        var bundle = BundleSettings(name: name, service: nil, resource: section.string("resource") ?? "bundles/\(name)")
        bundle.polling = PollingSettings.read(section, defaults: bundle.polling)
        bundle.trigger = section.choice("trigger", Trigger.self) ?? .periodic
        bundle.persists = section.flag("persist") ?? false
        bundle.sizeLimit = section.integer("size_limit_bytes", in: 1...(1 << 40)) ?? bundle.sizeLimit
        bundle.signing = section.section("signing", SigningSettings.read)
        let named = section.string("service")
        if !bundle.resource.hasPrefix("file://") { bundle.service = ServiceReference.resolve(named, section, services) }
        return bundle
    }
}

/// Whether work is done by itself or only when asked for.
public enum Trigger: String, Sendable, CaseIterable {
    case periodic, manual
}

/// `polling`: a wait between two delays, drawn anew each time.
public struct PollingSettings: Sendable, Equatable {
    public var minimumDelay: Duration
    public var maximumDelay: Duration
    /// How long the server may hold a request until there is something new; nil for no long polling.
    public var longPollingTimeout: Duration?

    public init(minimumDelay: Duration, maximumDelay: Duration, longPollingTimeout: Duration? = nil) {
        self.minimumDelay = minimumDelay
        self.maximumDelay = maximumDelay
        self.longPollingTimeout = longPollingTimeout
    }

    static func read(_ section: ConfigurationSection, defaults: PollingSettings) -> PollingSettings {
        section.section("polling") { polling in
            var settings = readDelays(polling, defaults: defaults)
            settings.longPollingTimeout = polling.seconds("long_polling_timeout_seconds", in: 1...86_400)
            return settings
        } ?? defaults
    }

    static func readDelays(_ section: ConfigurationSection, defaults: PollingSettings) -> PollingSettings {
        var settings = defaults
        let minimum = section.seconds("min_delay_seconds")
        let maximum = section.seconds("max_delay_seconds")
        switch (minimum, maximum) {
        case (nil, nil): break
        case (let minimum?, let maximum?):
            if maximum < minimum { section.refuse("max_delay_seconds", "must be at least min_delay_seconds") }
            settings.minimumDelay = minimum
            settings.maximumDelay = max(minimum, maximum)
        default: section.refuse("", "min_delay_seconds and max_delay_seconds are needed together")
        }
        return settings
    }
}

/// `signing`: what a bundle's signature must be.
public struct SigningSettings: Sendable, Equatable {
    /// The key to verify with; where it is empty, the signature names it.
    public var keyID = ""
    public var scope = ""
    /// Globs of files that need no signature.
    public var excludedFiles: [String] = []

    public init(keyID: String = "", scope: String = "", excludedFiles: [String] = []) {
        self.keyID = keyID
        self.scope = scope
        self.excludedFiles = excludedFiles
    }

    static func read(_ section: ConfigurationSection) -> SigningSettings {
        SigningSettings(
            keyID: section.string("keyid") ?? "", scope: section.string("scope") ?? "", excludedFiles: section.strings("exclude_files") ?? [])
    }
}

/// A name that must be that of a configured service.
enum ServiceReference {
    /// The service that is named, or else the first one.
    static func resolve(_ name: String?, _ section: ConfigurationSection, _ services: [ServiceSettings]) -> String? {
        if let name, services.contains(where: { $0.name == name }) { return name }
        if let name {
            section.refuse("service", "there is no service '\(name)'; services are \(services.isEmpty ? "not configured" : services.map(\.name).joined(separator: ", "))")
        } else if services.isEmpty {
            section.refuse("", "needs a service, and none is configured under services")
        }
        return services.first?.name
    }
}
