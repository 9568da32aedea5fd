/// `discovery`: a bundle that the rest of the configuration comes from.
public struct DiscoverySettings: Sendable, Equatable {
    /// Where the bundle comes from; its name is `discovery`.
    public var bundle: BundleSettings
    /// The document of the bundle that is the configuration, as a path below `data`; empty for all of it.
    public var decision: String

    static func read(_ section: ConfigurationSection, services: [ServiceSettings]) -> DiscoverySettings {
        let bundle = BundleSettings.read("discovery", section, services: services)
        if !section.has("resource") { section.refuse("", "resource is missing") }
        if !section.has("service"), services.count > 1 { section.refuse("", "service is needed where there is more than one") }
        return DiscoverySettings(bundle: bundle, decision: section.string("decision") ?? "")
    }
}
