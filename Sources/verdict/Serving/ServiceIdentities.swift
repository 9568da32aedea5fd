import DecisionService
import Discovery
import Governance
import Logging
import ServiceLifecycle
import TokenSecurity

/// How the service learns who asks, and whether a policy guards its API.
struct ServiceIdentities {
    private let authentication: Authentication
    private let access: AccessOptions
    private let passesIdentity: Bool
    /// Keeps keys of tokens current.
    let components: [Component]

    /// - Throws: `ConfigurationError` for options that do not go together; `TokenError` where the keys cannot be read.
    init(_ access: AccessOptions, _ settings: Governance.Configuration, logger: Logger) async throws {
        self.access = access
        var passesIdentity = false
        var components: [Component] = []
        switch access.authentication {
        case .off: authentication = .off
        case .token: authentication = .token
        case .tls: authentication = .certificate
        case .jwt:
            guard let tokens = settings.authentication else {
                throw ConfigurationError([ConfigurationProblem(key: "authentication", reason: "--authentication=jwt needs this section")])
            }
            let keys = try await Self.keys(tokens, settings.services, logger)
            authentication = .verifiedToken(TokenAuthenticator(TokenVerifier(try Self.requirements(tokens)), keys: keys))
            passesIdentity = tokens.passesIdentity
            components.append(Component("keys", of: .security, keys))
        }
        self.passesIdentity = passesIdentity
        self.components = components
        let dependsOnPolicy = access.authentication == .token || access.authentication == .tls
        if dependsOnPolicy, access.authorization == .off {
            logger.error("Clients are asked who they are, but nothing depends on it: add --authorization=basic.")
        }
    }

    private static func requirements(_ settings: AuthenticationSettings) throws(TokenError) -> TokenRequirements {
        var requirements = try TokenRequirements(issuer: settings.issuer, audiences: settings.audiences, algorithms: settings.algorithms)
        requirements.type = settings.type
        requirements.leeway = settings.leeway
        return requirements
    }

    private static func keys(_ settings: AuthenticationSettings, _ services: [ServiceSettings], _ logger: Logger) async throws -> KeySetStore {
        switch settings.keys {
        case .file(let path): return try await .file(path, logger: logger)
        case .service(let name, let resource, let period):
            guard let service = services.first(where: { $0.name == name }) else {
                throw ConfigurationError([ConfigurationProblem(key: "authentication.keys.service", reason: "'\(name)' is not under services")])
            }
            return try await KeySetStore(every: period, logger: logger) {
                var request = UpstreamRequest("GET", service.url(for: resource), headDeadline: service.responseHeaderTimeout, maximumResponseSize: KeySet.sizeLimit)
                request.callDeadline = service.callDeadline
                request.headers = service.headers.map { .init($0.key, $0.value) }
                let response = try await service.upstream.send(request)
                guard response.status == 200 else { throw TokenError(.key, "the key set: server replied with \(response.status) \(response.reason)") }
                return String(decoding: response.body, as: UTF8.self)
            }
        }
    }

    /// - Throws: `ConfigurationError` where clients are to show certificates and there is no TLS.
    func apply(to configuration: inout ServiceConfiguration) throws(ConfigurationError) {
        configuration.authentication = authentication
        configuration.authorizesRequests = access.authorization == .basic
        configuration.passesIdentity = passesIdentity
        guard case .certificate = authentication else { return }
        guard configuration.tls != nil else {
            throw ConfigurationError([ConfigurationProblem(key: "", reason: "--authentication=tls needs --tls-cert-file and --tls-private-key-file")])
        }
        configuration.tls?.requiresClientCertificate = true
    }
}
