import Discovery
import Foundation
import TokenSecurity

/// `propagation`: which services learn who asks, and how. Nobody else does. Verdict's own; OPA has no such section.
public struct PropagationSettings: Sendable {
    /// `services.<name>`: a service that may learn who asks.
    public struct Destination: Sendable {
        public var service: String
        public var form: TokenPropagation.Form
        public var audience: String
        /// Nil for all that the caller has.
        public var scopes: Set<String>?
    }

    /// `identity`: how the service signs what it says of callers.
    public struct Identity: Sendable {
        public var issuer: String
        public var name: String
        /// Nil for a key that lives as long as the process.
        public var keyFile: String?
        public var lifetime: Duration = .seconds(60)
    }

    /// `exchange`: where tokens are exchanged.
    public struct Exchange: Sendable {
        public var service: String
        public var resource: String
    }

    public var destinations: [Destination] = []
    public var identity: Identity?
    public var exchange: Exchange?

    static func read(_ section: ConfigurationSection, services: [ServiceSettings]) -> PropagationSettings {
        var settings = PropagationSettings()
        settings.identity = section.section("identity", readIdentity) ?? nil
        settings.exchange = section.section("exchange") { readExchange($0, services) } ?? nil
        settings.destinations = section.sections("services") { readDestination($0, $1, settings, services) }.compactMap { $0 }
        return settings
    }

    private static func readIdentity(_ section: ConfigurationSection) -> Identity? {
        guard let issuer = section.string("issuer"), !issuer.isEmpty, let name = section.string("name"), !name.isEmpty else {
            section.refuse("", "issuer and name are both needed")
            return nil
        }
        var identity = Identity(issuer: issuer, name: name, keyFile: section.string("key"))
        identity.lifetime = section.seconds("lifetime_seconds", in: 1...3600) ?? identity.lifetime
        return identity
    }

    private static func readExchange(_ section: ConfigurationSection, _ services: [ServiceSettings]) -> Exchange? {
        guard let name = section.string("service"), let resource = section.string("resource"), services.contains(where: { $0.name == name }) else {
            section.refuse("", "give a service of services, and a resource")
            return nil
        }
        return Exchange(service: name, resource: resource)
    }

    private static func readDestination(
        _ name: String, _ section: ConfigurationSection, _ settings: PropagationSettings, _ services: [ServiceSettings]
    ) -> Destination? {
        guard let service = services.first(where: { $0.name == name }) else {
            section.refuse("", "'\(name)' is not under services")
            return nil
        }
        let form = section.choice("form", TokenPropagation.Form.self)
        if !section.has("form") { section.refuse("", "form is missing: original, exchanged or signed") }
        let audience = section.string("audience") ?? ""
        if audience.isEmpty { section.refuse("audience", "name the audience that stands for the service") }
        if form == .signed, settings.identity == nil { section.refuse("form", "signed needs propagation.identity") }
        if form == .exchanged, settings.exchange == nil { section.refuse("form", "exchanged needs propagation.exchange") }
        if case .none = service.upstream.credentials {} else { section.refuse("", "the service has credentials of its own, which would take the place of the caller's") }
        let isSafe = service.url.hasPrefix("https") || service.url.hasPrefix("http+unix") || isLoopback(service.url) || section.flag("allow_plaintext") == true
        if !isSafe { section.refuse("", "tokens are not sent without TLS: use https, or allow_plaintext where the network protects them") }
        guard let form else { return nil }
        return Destination(service: name, form: form, audience: audience, scopes: section.strings("scopes").map { Set($0) })
    }

    private static func isLoopback(_ url: String) -> Bool { ["localhost", "127.0.0.1", "::1", "[::1]"].contains(URLComponents(string: url)?.host ?? "") }
}
