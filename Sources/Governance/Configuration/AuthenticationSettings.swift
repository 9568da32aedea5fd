import Rego
import TokenSecurity

/// `authentication`: whose tokens are accepted where the service verifies them (`--authentication=jwt`). Verdict's own; OPA has no such section.
public struct AuthenticationSettings: Sendable, Equatable {
    /// Where a document comes from that is kept current: keys, or a list of what was revoked.
    public enum Source: Sendable, Equatable {
        case file(String)
        /// A resource of a service, fetched anew after each period.
        case service(String, resource: String, period: Duration)
    }

    /// `introspection`: whether the issuer is asked about tokens.
    public struct Introspection: Sendable, Equatable {
        public var service: String
        public var resource: String
        public var scope = TokenIntrospection.Scope.opaque
        public var lifetime: Duration = .seconds(60)
        public var refusalLifetime: Duration = .seconds(10)
    }

    public var issuer: String
    public var audiences: Set<String>
    public var algorithms: Set<SignatureAlgorithm>
    /// The token's `typ`; nil for `JWT` or none.
    public var type: String?
    /// How far clocks may be apart.
    public var leeway: Duration = .seconds(60)
    /// Nil where the issuer is asked about every token.
    public var keys: Source?
    public var introspection: Introspection?
    public var revocation: Source?
    /// After how long without a list no token is accepted any more.
    public var revocationStaleness: Duration = .seconds(24 * 3600)
    public var binding = TokenBinding.Settings()
    /// Whether clients show certificates, which tokens may be bound to.
    public var requiresClientCertificates = false
    /// Scheme, host and port that clients know the service by; nil for those of their requests.
    public var origin: String?
    /// Names of headers that policies do not see; nil for those that are known to name somebody.
    public var strippedHeaders: [String]?
    /// Whether decisions see the claims as `input.identity`.
    public var passesIdentity = false

    static func read(_ section: ConfigurationSection, services: [ServiceSettings]) -> AuthenticationSettings? {
        let issuer = section.string("issuer") ?? ""
        if issuer.isEmpty { section.refuse("issuer", "name the only issuer whose tokens are accepted") }
        let audiences = Set(section.strings("audiences") ?? [])
        if audiences.isEmpty || audiences.contains("") { section.refuse("audiences", "list the audiences that stand for this service") }
        var settings = AuthenticationSettings(issuer: issuer, audiences: audiences, algorithms: [])
        settings.introspection = section.section("introspection") { readIntrospection($0, services) } ?? nil
        settings.keys = section.section("keys") { readSource($0, services) } ?? nil
        if settings.keys == nil, settings.introspection == nil || section.has("keys") {
            section.refuse("keys", "give a file, or a service and a resource")
            return nil
        }
        if settings.keys != nil { settings.algorithms = algorithms(section) }
        settings.type = section.string("type")
        settings.leeway = section.seconds("leeway_seconds", in: 0...600) ?? settings.leeway
        settings.passesIdentity = section.flag("pass_identity") ?? false
        section.section("revocation") { revocation in
            settings.revocation = readSource(revocation, services)
            settings.revocationStaleness = revocation.seconds("maximum_age_seconds", in: 1...31_536_000) ?? settings.revocationStaleness
            if settings.revocation == nil { revocation.refuse("", "give a file, or a service and a resource") }
        }
        section.section("dpop") { proofs in
            settings.binding.proofWindow = proofs.seconds("window_seconds", in: 1...600) ?? settings.binding.proofWindow
            settings.binding.requiresNonce = proofs.flag("nonce") ?? false
            settings.binding.replayCapacity = proofs.integer("replay_entries", in: 1...100_000_000) ?? settings.binding.replayCapacity
        }
        settings.requiresClientCertificates = section.flag("require_client_certificates") ?? false
        settings.strippedHeaders = section.strings("strip_headers")
        settings.origin = section.string("origin")
        if let origin = settings.origin, !origin.hasPrefix("http://") && !origin.hasPrefix("https://") || origin.hasSuffix("/") {
            section.refuse("origin", "'\(origin)' is not an address such as https://verdict.example.com")
        }
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

    private static func readSource(_ section: ConfigurationSection, _ services: [ServiceSettings]) -> Source? {
        if let file = section.string("file") { return .file(file) }
        let name = section.string("service"), resource = section.string("resource"), period = section.seconds("refresh_seconds", in: 1...86_400)
        guard let name, let resource else { return nil }
        guard services.contains(where: { $0.name == name }) else {
            section.refuse("service", "'\(name)' is not under services")
            return nil
        }
        return .service(name, resource: resource, period: period ?? .seconds(300))
    }

    private static func readIntrospection(_ section: ConfigurationSection, _ services: [ServiceSettings]) -> Introspection? {
        guard let name = section.string("service"), let resource = section.string("resource"), services.contains(where: { $0.name == name }) else {
            section.refuse("", "give a service of services, and a resource")
            return nil
        }
        var settings = Introspection(service: name, resource: resource)
        settings.scope = section.choice("tokens", TokenIntrospection.Scope.self) ?? settings.scope
        settings.lifetime = section.seconds("cache_seconds", in: 0...3600) ?? settings.lifetime
        settings.refusalLifetime = section.seconds("refusal_cache_seconds", in: 0...3600) ?? settings.refusalLifetime
        return settings
    }
}
