import DecisionService
import Discovery
import Foundation
import Governance
import Logging
import Rego
import TokenSecurity

/// What verifies tokens, as the section `authentication` asks for it.
struct TokenVerification {
    let authenticator: TokenAuthenticator
    let components: [Component]
    private let introspection: TokenIntrospection?
    private let revocations: RevocationStore?
    private let binding: TokenBinding

    /// - Throws: `TokenError` or `UpstreamError` where keys or what was revoked cannot be read.
    init(_ settings: AuthenticationSettings, _ services: [ServiceSettings], _ logger: Logger) async throws {
        let requirements = try Self.requirements(settings)
        var components: [Component] = []
        let keys = try await Self.keys(settings.keys, services, logger)
        if let keys { components.append(Component("keys", of: .security, keys)) }
        introspection = settings.introspection.flatMap { asked in
            services.first { $0.name == asked.service }.map { service in
                var endpoint = TokenIntrospection.Settings(url: service.url(for: asked.resource))
                endpoint.headers = service.headers
                endpoint.scope = asked.scope
                endpoint.lifetime = asked.lifetime
                endpoint.refusalLifetime = asked.refusalLifetime
                return TokenIntrospection(endpoint, requirements: requirements, upstream: service.upstream)
            }
        }
        revocations = try await Self.revocations(settings, services, logger)
        if settings.revocation != nil, let revocations { components.append(Component("revocations", of: .security, revocations)) }
        binding = TokenBinding(settings.binding)
        self.components = components
        authenticator = TokenAuthenticator(TokenVerifier(requirements), keys: keys, introspection: introspection, revocations: revocations, binding: binding)
    }

    func metrics(_ exchange: TokenExchange?) -> TokenMetrics { TokenMetrics(introspection: introspection, binding: binding, revocations: revocations, exchange: exchange) }

    private static func requirements(_ settings: AuthenticationSettings) throws(TokenError) -> TokenRequirements {
        // Where there are no keys nothing is verified here, whatever the algorithm.
        var requirements = try TokenRequirements(issuer: settings.issuer, audiences: settings.audiences, algorithms: settings.keys == nil ? [.es256] : settings.algorithms)
        requirements.type = settings.type
        requirements.leeway = settings.leeway
        return requirements
    }

    private static func keys(_ source: AuthenticationSettings.Source?, _ services: [ServiceSettings], _ logger: Logger) async throws -> KeySetStore? {
        switch source {
        case nil: return nil
        case .file(let path)?: return try await .file(path, logger: logger)
        case .service(let name, let resource, let period)?:
            let fetch = try fetch(resource, of: name, services, limit: KeySet.sizeLimit, as: "the key set")
            return try await KeySetStore(every: period, logger: logger, fetch: fetch)
        }
    }

    private static func revocations(_ settings: AuthenticationSettings, _ services: [ServiceSettings], _ logger: Logger) async throws -> RevocationStore? {
        switch settings.revocation {
        case nil: return settings.introspection == nil ? nil : RevocationStore(logger: logger)
        case .file(let path)?:
            return try await RevocationStore(every: .seconds(1), staleness: settings.revocationStaleness, logger: logger) {
                guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { throw TokenError(.revoked, "the revocation list \(path) cannot be read") }
                return text
            }
        case .service(let name, let resource, let period)?:
            let fetch = try fetch(resource, of: name, services, limit: Revocations.sizeLimit, as: "the revocation list")
            return try await RevocationStore(every: period, staleness: settings.revocationStaleness, logger: logger, fetch: fetch)
        }
    }

    private static func fetch(
        _ resource: String, of name: String, _ services: [ServiceSettings], limit: Int, as document: String
    ) throws(ConfigurationError) -> @Sendable () async throws -> String {
        guard let service = services.first(where: { $0.name == name }) else {
            throw ConfigurationError([ConfigurationProblem(key: "authentication", reason: "'\(name)' is not under services")])
        }
        return {
            var request = UpstreamRequest("GET", service.url(for: resource), headDeadline: service.responseHeaderTimeout, maximumResponseSize: limit)
            request.callDeadline = service.callDeadline
            request.headers = service.headers.map { .init($0.key, $0.value) }
            let response = try await service.upstream.send(request)
            guard response.status == 200 else { throw TokenError(.key, "\(document): server replied with \(response.status) \(response.reason)") }
            return String(decoding: response.body, as: UTF8.self)
        }
    }
}
