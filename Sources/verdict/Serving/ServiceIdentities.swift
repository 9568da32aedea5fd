import DecisionService
import Discovery
import Foundation
import Governance
import Logging
import ServiceLifecycle
import TokenSecurity

/// How the service learns who asks, whether a policy guards its API, and to whom it passes on who asks.
struct ServiceIdentities {
    private let authentication: Authentication
    private let access: AccessOptions
    private let settings: Governance.Configuration
    private let propagation: TokenPropagation?
    private let metrics: TokenMetrics?
    /// Keeps keys of tokens current, and what was revoked.
    let components: [Component]

    /// - Throws: `ConfigurationError` for options that do not go together; `TokenError` and `PropagationError` where keys cannot be read.
    init(_ access: AccessOptions, _ settings: Governance.Configuration, logger: Logger) async throws {
        self.access = access
        self.settings = settings
        propagation = try settings.propagation.map { try Self.propagation($0, settings.services) }
        switch access.authentication {
        case .off: (authentication, components, metrics) = (.off, [], nil)
        case .token: (authentication, components, metrics) = (.token, [], nil)
        case .tls: (authentication, components, metrics) = (.certificate, [], nil)
        case .jwt:
            guard let tokens = settings.authentication else {
                throw ConfigurationError([ConfigurationProblem(key: "authentication", reason: "--authentication=jwt needs this section")])
            }
            let verification = try await TokenVerification(tokens, settings.services, logger)
            authentication = .verifiedToken(verification.authenticator)
            components = verification.components
            metrics = verification.metrics(propagation?.exchange)
        }
        let dependsOnPolicy = access.authentication == .token || access.authentication == .tls
        if dependsOnPolicy, access.authorization == .off {
            logger.error("Clients are asked who they are, but nothing depends on it: add --authorization=basic.")
        }
        if propagation?.destinations.isEmpty == false, access.authentication != .jwt {
            logger.error("Services are to learn who asks, but nobody verifies that: add --authentication=jwt.")
        }
    }

    private static func propagation(_ settings: PropagationSettings, _ services: [ServiceSettings]) throws -> TokenPropagation {
        let signer = try settings.identity.map { identity in
            let key = try identity.keyFile.map { path in
                guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { throw PropagationError(.token, "the key file \(path) cannot be read") }
                return Secret(text)
            }
            return try IdentitySigner(issuer: identity.issuer, name: identity.name, key: key, lifetime: identity.lifetime)
        }
        let exchange = settings.exchange.flatMap { exchange in
            services.first { $0.name == exchange.service }.map { service in
                var endpoint = TokenExchange.Settings(url: service.url(for: exchange.resource))
                endpoint.headers = service.headers
                return TokenExchange(endpoint, upstream: service.upstream, actor: signer)
            }
        }
        let destinations = settings.destinations.compactMap { destination in
            services.first { $0.name == destination.service }.map { service in
                TokenPropagation.Destination(
                    service: service.name, url: service.url, upstream: service.upstream, form: destination.form, audience: destination.audience,
                    scopes: destination.scopes.map { TokenScopes($0) })
            }
        }
        return TokenPropagation(destinations, signer: signer, exchange: exchange)
    }

    /// - Throws: `ConfigurationError` where clients are to show certificates and there is no TLS.
    func apply(to configuration: inout ServiceConfiguration) throws(ConfigurationError) {
        configuration.authentication = authentication
        configuration.authorizesRequests = access.authorization == .basic
        configuration.propagation = propagation
        configuration.tokenMetrics = metrics
        var showsCertificate = false
        switch authentication {
        case .certificate: showsCertificate = true
        case .verifiedToken:
            configuration.passesIdentity = settings.authentication?.passesIdentity ?? false
            configuration.origin = settings.authentication?.origin
            configuration.identityHeaders = IdentityHeaders(settings.authentication?.strippedHeaders ?? IdentityHeaders.known)
            showsCertificate = settings.authentication?.requiresClientCertificates ?? false
        case .off, .token: return
        }
        guard showsCertificate else { return }
        guard configuration.tls != nil else {
            let option = access.authentication == .tls ? "--authentication=tls" : "authentication.require_client_certificates"
            throw ConfigurationError([ConfigurationProblem(key: "", reason: "\(option) needs --tls-cert-file and --tls-private-key-file")])
        }
        configuration.tls?.requiresClientCertificate = true
    }
}
