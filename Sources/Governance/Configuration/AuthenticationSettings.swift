import Rego

/// `authentication`: whose tokens are accepted where the service verifies them (`--authentication=jwt`). Verdict's own; OPA has no such section.
public struct AuthenticationSettings: Sendable, Equatable {
    /// Where the keys come from.
    public enum Keys: Sendable, Equatable {
        case file(String)
        /// A resource of a service, fetched anew after each period.
        case service(String, resource: String, period: Duration)
    }

    public var issuer: String
    public var audiences: Set<String>
    public var algorithms: Set<SignatureAlgorithm>
    /// The token's `typ`; nil for `JWT` or none.
    public var type: String?
    /// How far clocks may be apart.
    public var leeway: Duration = .seconds(60)
    public var keys: Keys
    /// Whether decisions see the claims as `input.identity`.
    public var passesIdentity = false

    static func read(_ section: ConfigurationSection, services: [ServiceSettings]) -> AuthenticationSettings? {
        let issuer = section.string("issuer") ?? ""
        if issuer.isEmpty { section.refuse("issuer", "name the only issuer whose tokens are accepted") }
        let audiences = Set(section.strings("audiences") ?? [])
        if audiences.isEmpty || audiences.contains("") { section.refuse("audiences", "list the audiences that stand for this service") }
        let algorithms = algorithms(section)
        guard let keys = section.section("keys", { readKeys($0, services) }) ?? nil else {
            section.refuse("keys", "give a file, or a service and a resource")
            return nil
        }
        var settings = AuthenticationSettings(issuer: issuer, audiences: audiences, algorithms: algorithms, keys: keys)
        settings.type = section.string("type")
        settings.leeway = section.seconds("leeway_seconds", in: 0...600) ?? settings.leeway
        settings.passesIdentity = section.flag("pass_identity") ?? false
        return settings
    }

    private static func algorithms(_ section: ConfigurationSection) -> Set<SignatureAlgorithm> {
        let names = section.strings("algorithms") ?? []
        for name in names where SignatureAlgorithm(rawValue: name) == nil {
            section.refuse("algorithms", "'\(name)' is none of \(SignatureAlgorithm.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        let algorithms = Set(names.compactMap(SignatureAlgorithm.init))
        if algorithms.isEmpty { section.refuse("algorithms", "list the algorithms that are accepted, such as RS256") }
        if algorithms.contains(where: \.isSymmetric), !algorithms.allSatisfy(\.isSymmetric) {
            section.refuse("algorithms", "those with a shared secret (HS256, HS384, HS512) cannot be accepted beside those with public keys")
        }
        return algorithms
    }

    private static func readKeys(_ section: ConfigurationSection, _ services: [ServiceSettings]) -> Keys? {
        if let file = section.string("file") { return .file(file) }
        let name = section.string("service"), resource = section.string("resource"), period = section.seconds("refresh_seconds", in: 1...86_400)
        guard let name, let resource else { return nil }
        guard services.contains(where: { $0.name == name }) else {
            section.refuse("service", "'\(name)' is not under services")
            return nil
        }
        return .service(name, resource: resource, period: period ?? .seconds(300))
    }
}
