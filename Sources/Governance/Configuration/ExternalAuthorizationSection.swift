/// `ext_authz`: where proxies ask whether requests may pass. Verdict's own; OPA has a plugin for it.
public struct ExternalAuthorizationSection: Sendable, Hashable {
    public var prefix = "/ext_authz"
    public var decision = "envoy/authz/allow"
    public var bodyLimit = 64 * 1024
    /// Nil for those that are known to name somebody.
    public var strippedHeaders: [String]?

    static func read(_ section: ConfigurationSection) -> ExternalAuthorizationSection {
        var settings = ExternalAuthorizationSection()
        settings.prefix = section.string("path_prefix") ?? settings.prefix
        if !settings.prefix.hasPrefix("/") || settings.prefix.hasSuffix("/") { section.refuse("path_prefix", "must begin with a slash and not end with one") }
        for taken in ["/v0", "/v1", "/health", "/metrics"] where settings.prefix == taken || settings.prefix.hasPrefix(taken + "/") {
            section.refuse("path_prefix", "'\(settings.prefix)' is part of the API")
        }
        settings.decision = section.string("decision") ?? settings.decision
        settings.bodyLimit = section.integer("max_body_bytes", in: 0...(1 << 24)) ?? settings.bodyLimit
        settings.strippedHeaders = section.strings("strip_headers")
        return settings
    }
}
