import Discovery
import Foundation
import Rego

/// `services.<name>.resolver`: where a service can be asked, if that is not simply the host of its URL.
enum ResolverSettings {
    enum Kind: String, CaseIterable {
        case `static`, file, dns, srv, registry
    }

    /// Nil where the system looks up the host of the URL.
    static func read(_ service: ConfigurationSection, url: String, earlier: [ServiceSettings]) -> (any Resolver)? {
        service.section("resolver") { section -> (any Resolver)? in
            guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
                section.refuse("", "services on Unix sockets have no resolver")
                return nil
            }
            guard let kind = section.choice("type", Kind.self) else {
                if !section.has("type") { section.refuse("", "type is missing: one of \(Kind.allCases.map(\.rawValue).joined(separator: ", "))") }
                return nil
            }
            switch kind {
            case .static: return fixed(section)
            case .file: return file(section)
            case .dns: return names(section, url, .address)
            case .srv: return names(section, url, .service)
            case .registry: return registry(section, earlier)
            }
        } ?? nil
    }

    private static func fixed(_ section: ConfigurationSection) -> (any Resolver)? {
        guard case .array(let items)? = section.value("endpoints"), !items.isEmpty else {
            section.refuse("endpoints", "list the addresses, such as http://10.0.0.7:8181")
            return nil
        }
        return StaticResolver(items.compactMap { endpoint($0, section) })
    }

    /// An address, or a map with an address and a zone.
    private static func endpoint(_ item: Value, _ section: ConfigurationSection) -> Endpoint? {
        let found: Endpoint
        switch (item, item["address"], item["zone"]) {
        case (.string(let address), _, _): found = Endpoint(base: address)
        case (.object, .string(let address)?, .string(let zone)?): found = Endpoint(base: address, zone: zone)
        case (.object, .string(let address)?, nil): found = Endpoint(base: address)
        default:
            section.refuse("endpoints", "expected addresses, or maps with address and zone")
            return nil
        }
        if let problem = Endpoint.problem(ofBase: found.base) { section.refuse("endpoints", problem) }
        return found
    }

    private static func file(_ section: ConfigurationSection) -> (any Resolver)? {
        guard let path = section.string("path") else {
            section.refuse("", "path is missing: a file with an address a line")
            return nil
        }
        return FileResolver(path: path)
    }

    private static func names(_ section: ConfigurationSection, _ url: String, _ record: DNSResolver.Record) -> (any Resolver)? {
        let parts = URLComponents(string: url)
        let servers = section.strings("servers") ?? []
        let name = section.string("name") ?? parts?.host ?? ""
        do throws(ResolutionFailure) {
            return DNSResolver(scheme: parts?.scheme ?? "http", name: name, port: parts?.port, record: record, client: try DNSClient(servers: servers))
        } catch {
            section.refuse(servers.isEmpty ? "" : "servers", error.description)
            return nil
        }
    }

    private static func registry(_ section: ConfigurationSection, _ earlier: [ServiceSettings]) -> (any Resolver)? {
        guard let name = section.string("service"), let registry = earlier.first(where: { $0.name == name }) else {
            section.refuse("service", "name the service that is the registry; it must stand before this one")
            return nil
        }
        guard let instances = section.string("name") else {
            section.refuse("", "name is missing: what the registry knows the service as")
            return nil
        }
        return RegistryResolver(registry.registryClient, service: instances)
    }
}

/// `registry`: the service among its like.
public struct RegistrySettings: Sendable {
    /// What this process says of itself, and where.
    public struct Registration: Sendable {
        public var client: RegistryClient
        public var service: String
        /// Where others reach this process.
        public var address: String
        /// Which zone others know it to be in; nil for none.
        public var zone: String?
        public var heartbeat: Duration
    }

    /// Nil where the process does not register.
    public var registration: Registration?
    /// Whether the process is a registry itself, at `/v1/registry`.
    public var isServed = false

    static func read(_ section: ConfigurationSection, services: [ServiceSettings]) -> RegistrySettings {
        var settings = RegistrySettings()
        settings.isServed = section.flag("serve") ?? false
        settings.registration = section.section("register") { registration($0, services) } ?? nil
        return settings
    }

    private static func registration(_ section: ConfigurationSection, _ services: [ServiceSettings]) -> Registration? {
        guard let name = ServiceReference.resolve(section.string("service"), section, services), let registry = services.first(where: { $0.name == name }) else { return nil }
        let address = section.string("address") ?? ""
        if let problem = Endpoint.problem(ofBase: address) { section.refuse("address", problem) }
        return Registration(
            client: registry.registryClient, service: section.string("name") ?? "verdict", address: address, zone: section.string("zone"),
            heartbeat: section.seconds("heartbeat_seconds", in: 0.05...10) ?? Discovery.Registration.heartbeat)
    }
}

extension ServiceSettings {
    fileprivate var registryClient: RegistryClient { RegistryClient(upstream, url: url, headers: headers.map { .init($0.key, $0.value) }) }
}
