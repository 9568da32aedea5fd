import Discovery
import Rego
import Resilience

/// `services.<name>`: a server that bundles come from or logs go to.
public struct ServiceSettings: Sendable {
    public var name: String
    /// Without a slash at its end.
    public var url: String
    public var headers: [String: String] = [:]
    /// Time until the head of an answer is there; nil for no limit.
    public var responseHeaderTimeout: Duration? = .seconds(10)
    /// Time for a call with all of its tries; nil where only the tries have limits.
    public var callDeadline: Duration?
    /// TLS and credentials, breaker, budget and endpoints; one for all users of the service, so that they share them.
    public var upstream: Upstream
    /// The section as it was written, secrets included.
    var source: Value = .null

    public init(name: String, url: String) {
        self.name = name
        self.url = url
        upstream = Upstream(UpstreamSettings(name: name))
    }

    /// The URL of a path of this service.
    public func url(for path: String) -> String {
        "\(url)/\(path.first == "/" ? String(path.dropFirst()) : path)"
    }

    /// - Parameter earlier: the services that stand before this one, of which one may be its registry.
    static func read(_ name: String, _ section: ConfigurationSection, earlier: [ServiceSettings]) -> ServiceSettings {
        var service = ServiceSettings(name: name, url: "")
        service.source = section.node.value
        if let url = section.string("url") {
            service.url = String(url.reversed().drop { $0 == "/" }.reversed())
            if !["http://", "https://", "http+unix://", "https+unix://"].contains(where: { url.hasPrefix($0) }) {
                section.refuse("url", "'\(url)' must begin with http://, https://, http+unix:// or https+unix://")
            }
        } else {
            section.refuse("", "url is missing")
        }
        service.headers = section.stringMap("headers") ?? [:]
        if let seconds = section.seconds("response_header_timeout_seconds") { service.responseHeaderTimeout = seconds == .zero ? nil : seconds }
        if let type = section.string("type"), !type.isEmpty { section.refuse("type", "services of type '\(type)' are not supported; serve bundles over HTTP") }
        let retry = RetrySettings.read(section)
        var settings = UpstreamSettings(name: name)
        GuardSettings.read(section, url: service.url, into: &settings)
        if let budget = retry?.budget { settings.budget = budget }
        settings.resolver = ResolverSettings.read(section, url: service.url, earlier: earlier)
        service.callDeadline = retry?.deadline
        service.upstream = Upstream(settings, security: security(section), retry: retry?.policy ?? .never)
        section.section("credentials") { CredentialSettings.read($0, into: &service.upstream) }
        return service
    }

    private static func security(_ section: ConfigurationSection) -> TransportSecurity {
        var security = TransportSecurity()
        security.skipsVerification = section.flag("allow_insecure_tls") ?? false
        section.section("tls") { tls in
            if let path = tls.string("ca_cert") { security.authorities = [.file(path)] }
            security.trustsSystem = tls.flag("system_ca_required") ?? false
        }
        return security
    }
}

/// `services.<name>.credentials`: how a service knows who asks.
enum CredentialSettings {
    private static let unsupported = ["s3_signing", "gcp_metadata", "azure_managed_identity", "plugin"]

    static func read(_ section: ConfigurationSection, into upstream: inout Upstream) {
        for name in unsupported where section.has(name) {
            section.refuse(name, "not supported; use bearer, oauth2 or client_tls")
        }
        let methods = ["bearer", "oauth2", "client_tls"].filter { section.has($0) }
        if methods.count > 1 { section.refuse("", "only one of \(methods.joined(separator: ", ")) may be given") }
        if let bearer = section.section("bearer", bearer) ?? nil { upstream.credentials = .bearer(bearer) }
        if let settings = section.section("oauth2", oauth2) ?? nil {
            upstream.credentials = .oauth2(OAuth2ClientCredentials(settings, security: upstream.security))
        }
        section.section("client_tls") { clientTLS($0, into: &upstream.security) }
    }

    private static func bearer(_ section: ConfigurationSection) -> BearerToken? {
        let scheme = section.string("scheme") ?? "Bearer"
        switch (section.string("token"), section.string("token_path")) {
        case (let token?, nil): return BearerToken(.token(token), scheme: scheme)
        case (nil, let path?): return BearerToken(.file(path), scheme: scheme)
        default:
            section.refuse("", "exactly one of token and token_path is needed")
            return nil
        }
    }

    private static func oauth2(_ section: ConfigurationSection) -> OAuth2ClientCredentials.Settings? {
        for name in ["signing_key", "aws_kms", "aws_signing", "azure_keyvault", "azure_signing", "thumbprint", "additional_claims", "include_jti_claim"] where section.has(name) {
            section.refuse(name, "not supported; use client_secret, client_assertion or client_assertion_path")
        }
        if let grant = section.string("grant_type"), grant != "client_credentials" {
            section.refuse("grant_type", "'\(grant)' is not supported; use client_credentials")
        }
        guard let url = section.string("token_url"), url.hasPrefix("https://") else {
            section.refuse("token_url", "token_url is needed and must begin with https://")
            return nil
        }
        guard let proof = proof(section) else { return nil }
        var settings = OAuth2ClientCredentials.Settings(tokenURL: url, clientID: section.string("client_id") ?? "", proof: proof)
        if case .secret = proof, settings.clientID.isEmpty { section.refuse("", "client_id is needed beside client_secret") }
        if let type = section.string("client_assertion_type") { settings.assertionType = type }
        settings.scopes = section.strings("scopes") ?? []
        settings.parameters = section.stringMap("additional_parameters") ?? [:]
        settings.headers = section.stringMap("additional_headers") ?? [:]
        return settings
    }

    private static func proof(_ section: ConfigurationSection) -> OAuth2ClientCredentials.Proof? {
        let proofs = [
            section.string("client_secret").map { OAuth2ClientCredentials.Proof.secret($0) }, section.string("client_assertion").map { .assertion($0) },
            section.string("client_assertion_path").map { .assertionFile($0) },
        ].compactMap { $0 }
        if proofs.count == 1 { return proofs[0] }
        section.refuse("", "exactly one of client_secret, client_assertion and client_assertion_path is needed")
        return nil
    }

    private static func clientTLS(_ section: ConfigurationSection, into security: inout TransportSecurity) {
        guard let certificate = section.string("cert"), let key = section.string("private_key") else {
            section.refuse("", "cert and private_key are both needed")
            return
        }
        security.certificate = .file(certificate)
        security.privateKey = .file(key)
        security.passphrase = section.string("private_key_passphrase")
        if let path = section.string("ca_cert"), security.authorities.isEmpty { security.authorities = [.file(path)] }
        if section.flag("system_ca_required") ?? false { security.trustsSystem = true }
    }
}
